package io.tunemesh.platform.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Answers with a stream, whole or cut off. The framework's own writer ends the answer, with no byte
 * perhaps, where the stream fails.
 */
@Provider
public class StreamWriter implements ServerMessageBodyWriter<InputStream> {

  private final WholeOrCut bodies;

  StreamWriter(WholeOrCut bodies) {
    this.bodies = bodies;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, ResteasyReactiveResourceInfo method, MediaType media) {
    return InputStream.class.isAssignableFrom(type);
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
    return InputStream.class.isAssignableFrom(type);
  }

  @Override
  public void writeResponse(InputStream body, Type generic, ServerRequestContext context)
      throws IOException {
    try (body) {
      bodies.write(body::transferTo, context);
    }
  }

  @Override
  public void writeTo(
      InputStream body,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    try (body) {
      body.transferTo(out);
    }
  }
}
