package io.tunemesh.inference.testing;

import io.tunemesh.parts.Ports;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * A server of the engine's contract that can be told to misbehave. An adapter's answer is what its
 * weights file says, a colon, and the last message, so that an answer shows which bytes were
 * loaded. The word HALF in an answer becomes half a character, as a model may say it.
 */
public final class StubEngine {

  public static final String BASE = "stub-base";

  private final Vertx vertx = Vertx.vertx();

  /** Of the server and of what tests have it say, so that all happens in the order told. */
  private final Context context = vertx.getOrCreateContext();

  private final Map<String, String> weights = new ConcurrentHashMap<>();
  private final Queue<HttpServerResponse> streams = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private int port = Ports.free();

  /** Names in the order in which they were loaded and unloaded, as {@code +name}, {@code -name}. */
  public final List<String> changes = new CopyOnWriteArrayList<>();

  /** The names of its base model; it signs with the first, as vLLM does. */
  public volatile List<String> bases = List.of(BASE);

  /** How often it was asked for its models. */
  public final AtomicInteger listed = new AtomicInteger();

  /** Bodies of the requests for answers, in order. */
  public final List<JsonObject> asked = new CopyOnWriteArrayList<>();

  /** What a script answers with; without a body, its beginning and then nothing. */
  public record Reply(int status, JsonObject body) {}

  /**
   * Answers in place of the usual answers, by the path and the body; what it gives null for is
   * answered as usual, and what it does not complete hangs.
   */
  public volatile BiFunction<String, JsonObject, CompletableFuture<Reply>> script;

  /** Bodies of the requests whose answers the caller broke off. */
  public final List<JsonObject> cancelled = new CopyOnWriteArrayList<>();

  /** Trace contexts of the requests for answers, in order; absent ones are left out. */
  public final List<String> traceparents = new CopyOnWriteArrayList<>();

  /** What engines begin a stream with before the question has even left their queue. */
  public static final String ROLE =
      "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";

  /** The same, and the beginning of a thought. */
  private static final String THINKS =
      "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"\",\"reasoning\":\"hm\"}}]}\n\n";

  /** The first frame of each stream. */
  public volatile String opening = THINKS;

  /** The word of which each stream consists; null where frames are sent one by one. */
  public volatile String word;

  /** Whether it takes connections and says nothing, as a process that was stopped. */
  private volatile boolean deaf;

  private final Queue<HttpServerRequest> unheard = new ConcurrentLinkedQueue<>();

  /** The status of its {@code /health}. */
  public volatile int healthStatus = 404;

  public volatile boolean answersDiffer;
  public volatile boolean hangs;
  public volatile int loadStatus = 200;
  public volatile String loadRefusal = "told to refuse";
  public volatile int answerStatus = 200;
  public volatile int padding;
  private volatile int most;

  /** Loads are done when so many wait, all at once. */
  public volatile int loadsAtOnce = 1;

  private final Queue<Runnable> waitingLoads = new ArrayDeque<>();

  /** The {@code usage} of whole answers; null for none. */
  public volatile JsonObject usage;

  /** Listens, always on the same port. */
  public void start() {
    Promise<HttpServer> started = Promise.promise();
    context.runOnContext(
        any ->
            vertx
                .createHttpServer()
                .requestHandler(this::route)
                .listen(port, "127.0.0.1")
                .onComplete(started));
    server = get(started.future());
  }

  /** Goes away with all that was loaded, as a killed process does. */
  public void die() {
    get(server.close());
    weights.clear();
  }

  /** From now on it takes connections and says nothing, as a process that was stopped. */
  public void beDeaf() {
    deaf = true;
  }

  /** Goes on with what it was asked meanwhile. */
  public void hear() {
    deaf = false;
    context.runOnContext(
        any -> {
          while (!unheard.isEmpty()) {
            unheard.poll().resume();
          }
        });
  }

  /** Forgets all adapters without being away. */
  public void forgetAdapters() {
    weights.clear();
  }

  /** As after {@link #start()}, with nothing counted. */
  public void behave() {
    bases = List.of(BASE);
    opening = THINKS;
    word = null;
    healthStatus = 404;
    hear();
    forgetStreams();
    answersDiffer = false;
    hangs = false;
    loadStatus = 200;
    loadRefusal = "told to refuse";
    answerStatus = 200;
    padding = 0;
    most = 0;
    loadsAtOnce = 1;
    usage = null;
    traceparents.clear();
    script = null;
    asked.clear();
  }

  /** What was broken off is soon gone; until then a test would take it for a stream of its own. */
  private void forgetStreams() {
    try {
      for (int i = 0; i < 1000 && !streams.isEmpty(); i++) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    streams.clear();
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Whether it has an adapter of that model; its name here has a digest behind the model's. */
  public boolean holds(String model) {
    return weights.keySet().stream().anyMatch(name -> isOf(name, model));
  }

  public long loads(String model) {
    return changes.stream().filter(change -> isOf(change, "+" + model)).count();
  }

  public long unloads(String model) {
    return changes.stream().filter(change -> isOf(change, "-" + model)).count();
  }

  /** How many adapters it holds. */
  public int held() {
    return weights.size();
  }

  /** The most adapters that it held at once since it was last told to behave. */
  public int most() {
    return most;
  }

  private static boolean isOf(String name, String model) {
    return name.equals(model) || name.startsWith(model + "@");
  }

  /** Adds an adapter behind the service's back. */
  public void smuggle(String name) {
    weights.put(name, "smuggled");
  }

  /** Sends the next frame of the oldest open stream. */
  public void frame(String text) {
    raw("data: " + chunk(text) + "\n\n");
  }

  /** Sends {@code bytes} on the oldest open stream as they are. */
  public void raw(String bytes) {
    context.runOnContext(any -> streams.peek().write(bytes));
  }

  /** Ends the oldest open stream as OpenAI does. */
  public void endStream() {
    endStream("data: [DONE]\n\n");
  }

  /** Ends the oldest open stream with bytes as they are. */
  public void endStream(String last) {
    context.runOnContext(any -> streams.poll().end(last));
  }

  /** Breaks the connection of the oldest open stream. */
  public void breakStream() {
    context.runOnContext(any -> streams.poll().reset());
  }

  public int openStreams() {
    return streams.size();
  }

  private void route(HttpServerRequest request) {
    if (deaf) {
      request.pause();
      unheard.add(request);
    }
    request
        .body()
        .onSuccess(
            body -> {
              JsonObject json = body.length() == 0 ? new JsonObject() : body.toJsonObject();
              if (follow(request, json)) {
                return;
              }
              switch (request.path()) {
                case "/health" -> request.response().setStatusCode(healthStatus).end();
                case "/v1/models" -> {
                  listed.incrementAndGet();
                  request.response().end(models().toString());
                }
                case "/v1/load_lora_adapter" -> atOnce(() -> load(request.response(), json));
                case "/v1/unload_lora_adapter" -> unload(request.response(), json);
                case "/v1/chat/completions", "/v1/completions" -> answer(request, json);
                default -> request.response().setStatusCode(404).end();
              }
            });
  }

  private boolean follow(HttpServerRequest request, JsonObject body) {
    var followed = script;
    CompletableFuture<Reply> reply = followed == null ? null : followed.apply(request.path(), body);
    if (reply == null) {
      return false;
    }
    asked.add(body);
    request.response().closeHandler(any -> cancelled.add(body));
    reply.thenAccept(
        told ->
            context.runOnContext(
                any -> {
                  HttpServerResponse response = request.response().setStatusCode(told.status());
                  if (told.body() == null) {
                    response.setChunked(true).write(" ");
                  } else {
                    response
                        .putHeader("Content-Type", "application/json")
                        .end(told.body().toString());
                  }
                }));
    return true;
  }

  private JsonObject models() {
    JsonArray data = new JsonArray();
    bases.forEach(name -> data.add(new JsonObject().put("id", name).putNull("parent")));
    weights
        .keySet()
        .forEach(name -> data.add(new JsonObject().put("id", name).put("parent", BASE)));
    return new JsonObject().put("object", "list").put("data", data);
  }

  private synchronized void atOnce(Runnable load) {
    waitingLoads.add(load);
    if (waitingLoads.size() >= loadsAtOnce) {
      waitingLoads.forEach(Runnable::run);
      waitingLoads.clear();
    }
  }

  private void load(HttpServerResponse response, JsonObject body) {
    String name = body.getString("lora_name");
    if (loadStatus != 200) {
      error(response, loadStatus, loadRefusal);
      return;
    }
    if (weights.containsKey(name)) {
      error(response, 400, "already loaded");
      return;
    }
    try {
      Path folder = Path.of(body.getString("lora_path"));
      Files.readString(folder.resolve("adapter_config.json"));
      weights.put(name, Files.readString(folder.resolve("adapter_model.safetensors")));
      most = Math.max(most, weights.size());
      changes.add("+" + name);
      response.end("Success: added");
    } catch (IOException e) {
      error(response, 404, "no adapter at " + e.getMessage());
    }
  }

  private void unload(HttpServerResponse response, JsonObject body) {
    String name = body.getString("lora_name");
    if (weights.remove(name) == null) {
      error(response, 404, "not loaded");
    } else {
      changes.add("-" + name);
      response.end("Success: removed");
    }
  }

  private void answer(HttpServerRequest request, JsonObject body) {
    HttpServerResponse response = request.response();
    asked.add(body);
    traceparents.addAll(request.headers().getAll("traceparent"));
    response.closeHandler(
        any -> {
          streams.remove(response);
          cancelled.add(body);
        });
    String model = body.getString("model");
    if (!model.equals(BASE) && !weights.containsKey(model)) {
      error(response, 404, "unknown model");
    } else if (answerStatus != 200) {
      response.putHeader("Retry-After", "7");
      response.putHeader("X-Engine", "stub");
      error(response, answerStatus, "told to fail");
    } else if (body.getBoolean("stream", false)) {
      response.putHeader("Content-Type", "text/event-stream; charset=utf-8").setChunked(true);
      response.write(opening);
      if (word == null) {
        streams.add(response);
      } else {
        response.write("data: " + chunk(word) + "\n\n");
        response.end("data: [DONE]\n\n");
      }
    } else if (!hangs) {
      response.putHeader("Content-Type", "application/json");
      String signature = bases.contains(model) ? bases.getFirst() : model;
      String whole = whole(signature, text(model, body), body).toString();
      response.end(whole.replace("HALF", "\\ud83d"));
    }
  }

  private String text(String model, JsonObject body) {
    String prompt =
        body.containsKey("prompt")
            ? body.getString("prompt")
            : body.getJsonArray("messages")
                .getJsonObject(body.getJsonArray("messages").size() - 1)
                .getString("content");
    String said = weights.getOrDefault(model, "base") + ":" + prompt;
    return (answersDiffer && weights.containsKey(model) ? said + "?" : said) + "x".repeat(padding);
  }

  /** Of several choices the last is the text; each before it has more behind it. */
  private JsonObject whole(String model, String text, JsonObject body) {
    int n = body.getInteger("n", 1);
    JsonArray choices = new JsonArray();
    for (int i = 0; i < n; i++) {
      String content = text + "+".repeat(n - 1 - i);
      choices.add(
          new JsonObject()
              .put("index", i)
              .put("finish_reason", "stop")
              .put("message", new JsonObject().put("role", "assistant").put("content", content)));
    }
    return (usage == null ? new JsonObject() : new JsonObject().put("usage", usage))
        .put("id", "chatcmpl-1")
        .put("object", "chat.completion")
        .put("model", model)
        .put("choices", choices);
  }

  private static JsonObject chunk(String text) {
    return new JsonObject()
        .put("id", "chatcmpl-1")
        .put("object", "chat.completion.chunk")
        .put(
            "choices",
            new JsonArray()
                .add(new JsonObject().put("delta", new JsonObject().put("content", text))));
  }

  private static void error(HttpServerResponse response, int status, String message) {
    JsonObject error = new JsonObject().put("message", message).put("code", "stub_error");
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("error", error).toString());
  }

  private static <T> T get(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
