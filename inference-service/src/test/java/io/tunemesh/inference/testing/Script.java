package io.tunemesh.inference.testing;

import io.tunemesh.inference.testing.StubEngine.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Scripts for the stub engine. */
public final class Script {

  private Script() {}

  /** Chats are answered by what {@code answer} makes of the last message. */
  public static void chats(StubEngine engine, Function<String, CompletableFuture<Reply>> answer) {
    engine.script =
        (path, body) -> path.equals("/v1/chat/completions") ? answer.apply(last(body)) : null;
  }

  public static CompletableFuture<Reply> says(String text) {
    return CompletableFuture.completedFuture(chat(text));
  }

  public static CompletableFuture<Reply> fails(int status, String message) {
    JsonObject error = new JsonObject().put("message", message).put("code", "stub_error");
    return CompletableFuture.completedFuture(
        new Reply(status, new JsonObject().put("error", error)));
  }

  public static Reply chat(String text) {
    JsonObject message = new JsonObject().put("role", "assistant").put("content", text);
    JsonObject choice =
        new JsonObject().put("index", 0).put("finish_reason", "stop").put("message", message);
    return new Reply(
        200,
        new JsonObject()
            .put("id", "chatcmpl-" + UUID.randomUUID())
            .put("object", "chat.completion")
            .put("choices", new JsonArray().add(choice)));
  }

  /** What was asked last in a chat. */
  public static String last(JsonObject body) {
    JsonArray messages = body.getJsonArray("messages");
    return messages.getJsonObject(messages.size() - 1).getString("content");
  }

  /** What each of the requests so far asked last. */
  public static List<String> asked(StubEngine engine) {
    return engine.asked.stream()
        .filter(body -> body.containsKey("messages"))
        .map(Script::last)
        .toList();
  }
}
