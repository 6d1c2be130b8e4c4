package io.tunemesh.local.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.httpproxy.HttpProxy;

/** The least that a gateway can be: Vert.x's proxy in a process of its own, one event loop. */
final class GatewayFloor {

  private GatewayFloor() {}

  /** Takes the port to listen at and the port to pass everything on to. */
  public static void main(String[] ports) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    HttpProxy proxy =
        HttpProxy.reverseProxy(vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(600)))
            .origin(Integer.parseInt(ports[1]), "127.0.0.1");
    vertx
        .createHttpServer()
        .requestHandler(proxy)
        .listen(Integer.parseInt(ports[0]), "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }
}
