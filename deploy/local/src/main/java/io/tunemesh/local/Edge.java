package io.tunemesh.local;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.httpproxy.HttpProxy;
import java.net.BindException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * One address for all of {@code /v1/*}: passes each request to the service that owns its path,
 * streams included.
 */
final class Edge implements AutoCloseable {

  /**
   * The first part of a path below {@code /v1} and its owner; what is not listed belongs to
   * inference-service.
   */
  private static final Map<String, String> OWNERS =
      Map.of(
          "files", "ingest-service",
          "uploads", "ingest-service",
          "datasets", "dataset-service",
          "fine_tuning", "trainer-service");

  /** To one service; an open stream holds one, and what comes beyond would wait without a word. */
  private static final int MOST_CONNECTIONS = 4096;

  private static final String OTHERS = "inference-service";

  private final Vertx vertx;

  private Edge(Vertx vertx) {
    this.vertx = vertx;
  }

  static Edge start(int port, Parts parts) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions().setMaxPoolSize(MOST_CONNECTIONS).setConnectTimeout(2000));
    Map<String, HttpProxy> proxies = new HashMap<>();
    for (String service : Parts.SERVICES) {
      proxies.put(service, HttpProxy.reverseProxy(client).origin(parts.port(service), "127.0.0.1"));
    }
    HttpServer server =
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port));
    server.requestHandler(request -> route(request, proxies));
    try {
      server.listen().toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      vertx.close();
      throw e.getCause() instanceof BindException ? MachineCheck.taken(port) : e;
    }
    return new Edge(vertx);
  }

  private static void route(HttpServerRequest request, Map<String, HttpProxy> proxies) {
    String[] path = request.path() == null ? new String[0] : request.path().split("/", 4);
    if (path.length < 3 || !path[1].equals("v1")) {
      request
          .response()
          .setStatusCode(404)
          .putHeader("content-type", "application/json")
          .end(
              "{\"error\":{\"message\":\"There is nothing at this path; the API is below /v1.\","
                  + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"not_found\"}}");
      return;
    }
    proxies.get(OWNERS.getOrDefault(path[2], OTHERS)).handle(request);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
