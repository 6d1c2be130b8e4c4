package io.tunemesh.platform.http;

import io.netty.handler.codec.http2.Http2Error;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Writes a body of which a client gets all, or an error. What fails before the first bytes are sent
 * is answered as a problem. When it fails behind them, the connection is closed, or the stream of
 * HTTP/2 reset, before anything else can be written: the framework would end the answer as if it
 * were whole.
 */
@ApplicationScoped
class WholeOrCut {

  private static final Logger LOG = Logger.getLogger(WholeOrCut.class);

  private final CurrentVertxRequest current;

  WholeOrCut(CurrentVertxRequest current) {
    this.current = current;
  }

  void write(StreamingOutput body, ServerRequestContext context) throws IOException {
    HttpServerRequest request = current.getCurrent().request();
    HttpServerResponse response = request.response();
    OutputStream out = context.getOrCreateOutputStream();
    try {
      body.write(out);
      out.close();
    } catch (IOException | RuntimeException | Error e) {
      if (response.closed()) {
        LOG.infof("Client went before the end of a body, path=%s", request.path());
      } else if (response.headWritten()) {
        LOG.errorf(e, "Body was cut off, path=%s", request.path());
        cut(request);
      } else {
        throw e;
      }
    }
  }

  /** Returns when nothing can be written any more. */
  private static void cut(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(Http2Error.INTERNAL_ERROR.code());
      return;
    }
    Future<Void> closed = request.connection().close();
    if (!Context.isOnEventLoopThread()) {
      closed.toCompletionStage().toCompletableFuture().join();
    }
  }
}
