package io.tunemesh.local.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Asks one address for chat completions, on one event loop. */
final class GatewayClient implements AutoCloseable {

  private static final String TEXT = "Which of these is right, and why? ".repeat(8);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient client =
      vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(600).setConnectTimeout(2000));
  private final Context loop = vertx.getOrCreateContext();
  private final RequestOptions options;

  GatewayClient(String url, String key) {
    this.options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url + "/v1/chat/completions")
            .putHeader("authorization", "Bearer " + key)
            .putHeader("content-type", "application/json");
  }

  /** One question for {@code model}; the status of its answer. */
  Future<Integer> ask(String model) {
    return send(question(model, ""), response -> response.body().map(any -> response.statusCode()));
  }

  /** Whether {@code model} answers a question. */
  boolean answers(String model) throws ExecutionException, InterruptedException, TimeoutException {
    return ask(model).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS) == 200;
  }

  /** One question whose answer comes in so many frames, read as {@code reading} does. */
  Future<Void> stream(
      String model, int frames, Function<HttpClientResponse, Future<Void>> reading) {
    return send(question(model, ",\"stream\":true,\"max_tokens\":" + frames), reading);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** All on the event loop, so that an answer is read before its first byte can pass by. */
  private <T> Future<T> send(String question, Function<HttpClientResponse, Future<T>> reading) {
    Promise<T> read = Promise.promise();
    loop.runOnContext(
        any ->
            client
                .request(new RequestOptions(options))
                .compose(request -> request.send(Buffer.buffer(question)).compose(reading))
                .onComplete(read));
    return read.future();
  }

  private static String question(String model, String more) {
    return "{\"model\":\""
        + model
        + "\",\"temperature\":0.2,\"messages\":[{\"role\":\"user\",\"content\":\""
        + TEXT
        + "\"}]"
        + more
        + "}";
  }
}
