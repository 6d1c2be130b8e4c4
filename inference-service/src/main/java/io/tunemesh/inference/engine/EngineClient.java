package io.tunemesh.inference.engine;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Opens requests to engines; each engine has its own connections. Those for answers belong to the
 * event loop that asks, so that no answer passes from one thread to another.
 */
@Singleton
public class EngineClient {

  /** Less than the 5 s after which uvicorn, which vLLM runs on, closes an idle connection. */
  private static final int IDLE_S = 3;

  private static final int CONTROL_CONNECTIONS = 4;
  private static final int LOOK_CONNECTIONS = 1;

  private final Vertx vertx;
  private final EngineConfig config;
  private final List<HttpClient> clients = new CopyOnWriteArrayList<>();

  /** Read once for all questions; there are as many as engines and paths. */
  private final Map<String, RequestOptions> addresses = new ConcurrentHashMap<>();

  private final HttpClient control;

  /** Without spans: no thread but an event loop knows of what, so its asker says it by a header. */
  private final HttpClient others;

  private final ThreadLocal<HttpClient> ofLoop;
  private final HttpClient looks;

  EngineClient(Vertx vertx, EngineConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.control = client(CONTROL_CONNECTIONS);
    this.others = client(config.maxConnections(), TracingPolicy.IGNORE);
    this.ofLoop = ThreadLocal.withInitial(() -> client(config.maxConnections()));
    this.looks = client(LOOK_CONNECTIONS);
  }

  /** Opens a request for an answer; it fails when the engine is silent for {@code silence}. */
  public Future<HttpClientRequest> openAnswer(EngineSpec engine, String path, Duration silence) {
    HttpClient client = Context.isOnEventLoopThread() ? ofLoop.get() : others;
    return client.request(options(engine, HttpMethod.POST, path, silence));
  }

  /** Opens a request that does not queue behind answers. */
  Future<HttpClientRequest> openControl(
      EngineSpec engine, HttpMethod method, String path, Duration silence) {
    return control.request(options(engine, method, path, silence));
  }

  /** Opens a request that queues behind nothing. */
  Future<HttpClientRequest> openLook(EngineSpec engine, String path, Duration silence) {
    return looks.request(options(engine, HttpMethod.GET, path, silence));
  }

  @PreDestroy
  void close() {
    clients.forEach(HttpClient::close);
  }

  private RequestOptions options(
      EngineSpec engine, HttpMethod method, String path, Duration silence) {
    RequestOptions options =
        new RequestOptions(addresses.computeIfAbsent(engine.address(path), EngineClient::parsed))
            .setMethod(method)
            .setConnectTimeout(config.connectTimeout().toMillis())
            .setIdleTimeout(silence.toMillis());
    engine.apiKey().ifPresent(key -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key));
    return options;
  }

  private static RequestOptions parsed(String address) {
    return new RequestOptions().setAbsoluteURI(address);
  }

  private HttpClient client(int connections) {
    return client(connections, TracingPolicy.PROPAGATE);
  }

  private HttpClient client(int connections, TracingPolicy tracing) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setTracingPolicy(tracing)
                .setMaxPoolSize(connections)
                .setMaxWaitQueueSize(connections)
                .setKeepAliveTimeout(IDLE_S));
    clients.add(client);
    return client;
  }
}
