package io.tunemesh.platform.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/** Answers with what is made while it is sent, whole or cut off. */
@Provider
public class OutputWriter implements ServerMessageBodyWriter<StreamingOutput> {

  private final WholeOrCut bodies;

  OutputWriter(WholeOrCut bodies) {
    this.bodies = bodies;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, ResteasyReactiveResourceInfo method, MediaType media) {
    return StreamingOutput.class.isAssignableFrom(type);
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
    return StreamingOutput.class.isAssignableFrom(type);
  }

  @Override
  public void writeResponse(StreamingOutput body, Type generic, ServerRequestContext context)
      throws IOException {
    bodies.write(body, context);
  }

  @Override
  public void writeTo(
      StreamingOutput body,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    body.write(out);
  }
}
