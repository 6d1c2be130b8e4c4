package io.tunemesh.platform.http;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import org.jboss.logging.Logger;

/**
 * A body of which a client gets all, or an error. When writing fails behind the first bytes, the
 * connection is closed before anything else can be written to it: the framework would put the words
 * of a problem behind them and end the answer as if it were whole.
 */
public final class WholeOrCut implements StreamingOutput {

  private static final Logger LOG = Logger.getLogger(WholeOrCut.class);

  private final StreamingOutput body;
  private final HttpServerRequest request;

  private WholeOrCut(StreamingOutput body, HttpServerRequest request) {
    this.body = body;
    this.request = request;
  }

  /** Makes such bodies for the request that is being answered. */
  @ApplicationScoped
  public static class Bodies {

    private final CurrentVertxRequest current;

    Bodies(CurrentVertxRequest current) {
      this.current = current;
    }

    /** {@code body} as one of which a client gets all, or an error. */
    public StreamingOutput of(StreamingOutput body) {
      return new WholeOrCut(body, current.getCurrent().request());
    }
  }

  @Override
  public void write(OutputStream out) throws IOException {
    try {
      body.write(out);
    } catch (IOException | RuntimeException | Error e) {
      HttpServerResponse response = request.response();
      if (response.closed()) {
        LOG.infof("Client went before the end of a body, path=%s", request.path());
      } else if (response.headWritten()) {
        LOG.errorf(e, "Body was cut off, path=%s", request.path());
        cut();
      } else {
        throw e;
      }
    }
  }

  /** Returns when nothing can be written any more. */
  private void cut() {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else {
      request.connection().close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
