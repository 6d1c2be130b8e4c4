package io.tunemesh.local;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.net.BindException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * One address for all of {@code /v1/*}: passes each request to the service that owns its path,
 * streams included. While that service is away its answer is a 503 that says when to come again.
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

  private static final ProxyInterceptor AWAY =
      new ProxyInterceptor() {
        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
          return context.sendRequest().otherwise(fault -> away(context.request()));
        }
      };

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
      proxies.put(
          service,
          HttpProxy.reverseProxy(client)
              .origin(parts.port(service), "127.0.0.1")
              .addInterceptor(AWAY));
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
          .putHeader("x-request-id", id())
          .end(
              error(
                  "There is nothing at this path; the API is below /v1.",
                  "invalid_request_error",
                  "not_found"));
      return;
    }
    proxies.get(OWNERS.getOrDefault(path[2], OTHERS)).handle(request);
  }

  private static ProxyResponse away(ProxyRequest request) {
    return request
        .release()
        .response()
        .setStatusCode(503)
        .putHeader("content-type", "application/json")
        .putHeader("x-request-id", id())
        .putHeader("retry-after", "5")
        .setBody(
            Body.body(
                Buffer.buffer(
                    error(
                        "The service is away for a moment; send the request again.",
                        "server_error",
                        "service_away"))));
  }

  private static String id() {
    return "edge-" + UUID.randomUUID().toString().replace("-", "");
  }

  private static String error(String message, String type, String code) {
    return "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}"
        .formatted(message, type, code);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
