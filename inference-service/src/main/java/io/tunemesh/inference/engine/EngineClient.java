package io.tunemesh.inference.engine;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Opens requests to engines; each engine has its own connections. */
@ApplicationScoped
public class EngineClient {

  /** Less than the 5 s after which uvicorn, which vLLM runs on, closes an idle connection. */
  private static final int IDLE_S = 3;

  private static final int CONTROL_CONNECTIONS = 4;

  private final EngineConfig config;
  private final HttpClient answers;
  private final HttpClient control;

  EngineClient(Vertx vertx, EngineConfig config) {
    this.config = config;
    this.answers = client(vertx, config.maxConnections());
    this.control = client(vertx, CONTROL_CONNECTIONS);
  }

  /** Opens a request for an answer; it fails when the engine is silent for {@code silence}. */
  public Future<HttpClientRequest> openAnswer(EngineSpec engine, String path, Duration silence) {
    return answers.request(options(engine, HttpMethod.POST, path, silence));
  }

  /** Opens a request that does not queue behind answers. */
  Future<HttpClientRequest> openControl(
      EngineSpec engine, HttpMethod method, String path, Duration silence) {
    return control.request(options(engine, method, path, silence));
  }

  @PreDestroy
  void close() {
    answers.close();
    control.close();
  }

  private RequestOptions options(
      EngineSpec engine, HttpMethod method, String path, Duration silence) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setAbsoluteURI(engine.url() + path)
            .setConnectTimeout(config.connectTimeout().toMillis())
            .setIdleTimeout(silence.toMillis());
    engine.apiKey().ifPresent(key -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key));
    return options;
  }

  private static HttpClient client(Vertx vertx, int connections) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setMaxPoolSize(connections)
            .setMaxWaitQueueSize(connections)
            .setKeepAliveTimeout(IDLE_S));
  }
}
