package io.tunemesh.inference.pool;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An engine without adapters that answers in all of OpenAI's shapes and keeps the bytes that it was
 * asked. A last message {@code fail 429} is answered with that status, one {@code flood 5} with
 * that many megabytes of stream, as fast as they are read.
 */
final class WireEngine {

  static final String BASE = "wire-base";

  private static final Buffer MEGABYTE_FRAME =
      Buffer.buffer("data: {\"choices\":[],\"pad\":\"" + "x".repeat(1 << 20) + "\"}\n\n");

  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  /** Paths and bodies of the questions, in order. */
  final List<String> paths = new CopyOnWriteArrayList<>();

  final List<Buffer> bodies = new CopyOnWriteArrayList<>();

  /** Megabytes of a flood that were given to the connection. */
  final AtomicLong flooded = new AtomicLong();

  /** Whether it does not say how it is. */
  volatile boolean hidesHealth;

  void start() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::route)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  void stop() {
    vertx.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private void route(HttpServerRequest request) {
    if (request.path().equals("/v1/models")) {
      request
          .response()
          .end(
              new JsonObject()
                  .put("data", new JsonArray().add(new JsonObject().put("id", BASE)))
                  .toString());
      return;
    }
    if (request.path().equals("/health")) {
      if (!hidesHealth) {
        request.response().end();
      }
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              paths.add(request.path());
              bodies.add(body);
              answer(request.path(), body.toJsonObject(), request.response());
            });
  }

  private void answer(String path, JsonObject body, HttpServerResponse response) {
    String said = said(body);
    if (said.startsWith("fail ")) {
      JsonObject error = new JsonObject().put("message", "told to fail").put("code", "wire_error");
      json(
          response.setStatusCode(Integer.parseInt(said.substring(5))),
          new JsonObject().put("error", error));
    } else if (said.startsWith("flood ")) {
      flood(response, Integer.parseInt(said.substring(6)));
    } else if (path.equals("/v1/embeddings")) {
      json(response, embeddings());
    } else if (path.equals("/classify")) {
      json(response, classes());
    } else if (body.getBoolean("stream", false)) {
      stream(response, body);
    } else {
      json(response, chat(body));
    }
  }

  private static String said(JsonObject body) {
    JsonArray messages = body.getJsonArray("messages", new JsonArray());
    Object content =
        messages.isEmpty() ? "" : messages.getJsonObject(messages.size() - 1).getValue("content");
    return content instanceof String text ? text : "";
  }

  private static void json(HttpServerResponse response, JsonObject body) {
    response.putHeader("Content-Type", "application/json").end(body.toString());
  }

  private static JsonObject chat(JsonObject body) {
    JsonObject message = new JsonObject().put("role", "assistant").put("content", "你好");
    if (body.containsKey("tools")) {
      message.putNull("content").put("tool_calls", new JsonArray().add(toolCall()));
    }
    JsonObject choice =
        new JsonObject()
            .put("index", 0)
            .put("finish_reason", body.containsKey("tools") ? "tool_calls" : "stop")
            .put("message", message);
    return new JsonObject()
        .put("id", "chatcmpl-1")
        .put("object", "chat.completion")
        .put("created", 1)
        .put("model", BASE)
        .put("choices", new JsonArray().add(choice))
        .put("usage", usage());
  }

  private static JsonObject toolCall() {
    JsonObject function =
        new JsonObject().put("name", "weather").put("arguments", "{\"city\": \"Paris\"}");
    return new JsonObject().put("id", "call-1").put("type", "function").put("function", function);
  }

  private static void stream(HttpServerResponse response, JsonObject body) {
    response.putHeader("Content-Type", "text/event-stream").setChunked(true);
    for (String word : List.of("你", "好", "!")) {
      response.write("data: " + chunk(new JsonObject().put("content", word), null) + "\n\n");
    }
    response.write("data: " + chunk(new JsonObject(), "stop") + "\n\n");
    if (body.getJsonObject("stream_options", new JsonObject()).getBoolean("include_usage", false)) {
      JsonObject last = chunk(new JsonObject(), null);
      response.write(
          "data: " + last.put("choices", new JsonArray()).put("usage", usage()) + "\n\n");
    }
    response.end("data: [DONE]\n\n");
  }

  private static JsonObject chunk(JsonObject delta, String finish) {
    JsonObject choice =
        new JsonObject().put("index", 0).put("delta", delta).put("finish_reason", finish);
    return new JsonObject()
        .put("id", "chatcmpl-1")
        .put("object", "chat.completion.chunk")
        .put("created", 1)
        .put("model", BASE)
        .put("choices", new JsonArray().add(choice));
  }

  private static JsonObject usage() {
    return new JsonObject()
        .put("prompt_tokens", 3)
        .put("completion_tokens", 2)
        .put("total_tokens", 5);
  }

  private static JsonObject embeddings() {
    JsonObject one =
        new JsonObject()
            .put("object", "embedding")
            .put("index", 0)
            .put("embedding", new JsonArray().add(0.25).add(-0.5));
    return new JsonObject()
        .put("object", "list")
        .put("model", BASE)
        .put("data", new JsonArray().add(one))
        .put("usage", new JsonObject().put("prompt_tokens", 3).put("total_tokens", 3));
  }

  private static JsonObject classes() {
    JsonObject one =
        new JsonObject()
            .put("index", 0)
            .put("label", "physics")
            .put("probs", new JsonArray().add(0.75).add(0.25));
    return new JsonObject().put("object", "list").put("data", new JsonArray().add(one));
  }

  private void flood(HttpServerResponse response, int megabytes) {
    flooded.set(0);
    response.putHeader("Content-Type", "text/event-stream").setChunked(true);
    pour(response, megabytes);
  }

  private void pour(HttpServerResponse response, int megabytes) {
    while (flooded.get() < megabytes) {
      response.write(MEGABYTE_FRAME);
      flooded.incrementAndGet();
      if (response.writeQueueFull()) {
        response.drainHandler(any -> pour(response, megabytes));
        return;
      }
    }
    response.drainHandler(null);
    response.end("data: [DONE]\n\n");
  }
}
