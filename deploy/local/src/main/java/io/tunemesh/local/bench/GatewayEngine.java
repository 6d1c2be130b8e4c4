package io.tunemesh.local.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An engine that costs nearly nothing: answers are fixed, a stream has as many frames as {@code
 * max_tokens} says, each with the time at which it was sent, and a load takes some milliseconds.
 */
final class GatewayEngine implements AutoCloseable {

  static final String MODEL = "bench-base";

  private static final int FRAME_EVERY_MS = 50;
  private static final int LOAD_MS = 20;
  private static final Buffer ANSWER =
      Buffer.buffer(
          new JsonObject()
              .put("id", "chatcmpl-bench")
              .put("object", "chat.completion")
              .put("created", 1)
              .put("model", MODEL)
              .put(
                  "choices",
                  new JsonArray()
                      .add(
                          new JsonObject()
                              .put("index", 0)
                              .put("finish_reason", "stop")
                              .put(
                                  "message",
                                  new JsonObject()
                                      .put("role", "assistant")
                                      .put("content", "The answer is B. ".repeat(20)))))
              .put(
                  "usage",
                  new JsonObject()
                      .put("prompt_tokens", 60)
                      .put("completion_tokens", 100)
                      .put("total_tokens", 160))
              .toString());

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Map<String, Boolean> adapters = new ConcurrentHashMap<>();
  private final AtomicLong loads = new AtomicLong();
  private final HttpServer server;
  private final int port;

  GatewayEngine(int port) {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::route)
            .listen(port, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    this.port = server.actualPort();
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** How many adapters were loaded so far. */
  long loads() {
    return loads.get();
  }

  /** Whether it has an adapter of {@code model}. */
  boolean has(String model) {
    return adapters.keySet().stream().anyMatch(name -> name.startsWith(model + "@"));
  }

  /** Goes away as a killed process does. */
  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void route(HttpServerRequest request) {
    request.body().onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    switch (request.path()) {
      case "/health" -> response.end();
      case "/v1/models" -> response.end(models());
      case "/v1/load_lora_adapter" ->
          vertx.setTimer(
              LOAD_MS,
              any -> {
                adapters.put(body.toJsonObject().getString("lora_name"), true);
                loads.incrementAndGet();
                response.end("Success");
              });
      case "/v1/unload_lora_adapter" -> {
        adapters.remove(body.toJsonObject().getString("lora_name"));
        response.end("Success");
      }
      default -> chat(response, body);
    }
  }

  private Buffer models() {
    JsonArray data = new JsonArray().add(new JsonObject().put("id", MODEL));
    adapters.keySet().forEach(name -> data.add(new JsonObject().put("id", name)));
    return new JsonObject().put("object", "list").put("data", data).toBuffer();
  }

  private void chat(HttpServerResponse response, Buffer body) {
    JsonObject question = body.toJsonObject();
    String model = question.getString("model");
    if (!model.equals(MODEL) && !adapters.containsKey(model)) {
      response.setStatusCode(404).end("{\"error\":{\"message\":\"unknown model\"}}");
    } else if (question.getBoolean("stream", false)) {
      response.putHeader("content-type", "text/event-stream").setChunked(true);
      frame(response, question.getInteger("max_tokens"));
    } else {
      response.putHeader("content-type", "application/json").end(ANSWER);
    }
  }

  private void frame(HttpServerResponse response, int left) {
    if (response.closed()) {
      return;
    }
    if (left == 0) {
      response.end("data: [DONE]\n\n");
      return;
    }
    response.write(
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\""
            + MODEL
            + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"},\"sent\":"
            + System.nanoTime()
            + "}]}\n\n");
    vertx.setTimer(FRAME_EVERY_MS, any -> frame(response, left - 1));
  }
}
