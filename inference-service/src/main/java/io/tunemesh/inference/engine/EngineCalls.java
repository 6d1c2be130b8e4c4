package io.tunemesh.inference.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Talks to one engine and waits for it; never call it on an event loop. Every call throws {@link
 * EngineUnreachable}, {@link EngineTimeout}, or {@link EngineError} when the engine refuses.
 */
public final class EngineCalls {

  private static final long LOOK_NANOS = 250_000_000L;

  private final EngineSpec engine;
  private final EngineClient client;
  private final EngineConfig config;

  EngineCalls(EngineSpec engine, EngineClient client, EngineConfig config) {
    this.engine = engine;
    this.client = client;
    this.config = config;
  }

  /** The names that the engine answers to now. */
  public EngineModels models() {
    return EngineModels.of(
        json(control(HttpMethod.GET, "/v1/models", null, config.listTimeout(), () -> false)),
        engine.model());
  }

  /**
   * What the engine says to be wrong with itself; null if nothing, or if it cannot be asked so.
   * Does not queue behind loads.
   */
  public String illness() {
    Duration limit = config.listTimeout();
    try {
      call(client.openLook(engine, "/health", limit), null, limit, () -> false);
      return null;
    } catch (EngineError e) {
      return e.status() < 500 ? null : "engine " + engine.url() + " is not well: " + e.getMessage();
    }
  }

  /**
   * Loads the PEFT folder under {@code name}; fails if the name is loaded already.
   *
   * @param lost as of an answer
   */
  public void load(String name, Path folder, BooleanSupplier lost) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("lora_name", name).put("lora_path", folder.toString());
    try {
      control(HttpMethod.POST, "/v1/load_lora_adapter", body, config.loadTimeout(), lost);
    } catch (EngineError e) {
      throw e.ofLoad();
    }
  }

  /**
   * Unloads {@code name}; it is no error if the engine does not have it.
   *
   * @param lost as of an answer
   */
  public void unload(String name, BooleanSupplier lost) {
    try {
      ObjectNode body = Json.MAPPER.createObjectNode().put("lora_name", name);
      control(HttpMethod.POST, "/v1/unload_lora_adapter", body, config.loadTimeout(), lost);
    } catch (EngineError e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  /**
   * A whole answer of {@code path}.
   *
   * @param question must not ask for a stream
   * @param traceparent what the engine is told to be a part of; may be null
   * @param sent is told before the engine gets the question; never where no connection comes about
   * @param lost whether it is to be given up, as if it had taken too long; asked now and then
   */
  public ObjectNode answer(
      String path, byte[] question, String traceparent, Runnable sent, BooleanSupplier lost) {
    return answer(path, question, traceparent, sent, config.answerTimeout(), lost);
  }

  /** The same, which may take no longer than {@code limit}. */
  public ObjectNode answer(String path, byte[] question, Duration limit) {
    return answer(path, question, null, () -> {}, limit, () -> false);
  }

  private ObjectNode answer(
      String path,
      byte[] question,
      String traceparent,
      Runnable sent,
      Duration limit,
      BooleanSupplier lost) {
    Future<HttpClientRequest> opened =
        client.openAnswer(engine, path, limit).onSuccess(any -> sent.run());
    if (traceparent != null) {
      opened = opened.map(request -> request.putHeader("traceparent", traceparent));
    }
    JsonNode answer = json(call(opened, question, limit, lost));
    if (EngineError.isAborted(answer)) {
      throw new EngineError(503, "engine_interrupted", "the engine has broken its answer off");
    }
    if (answer instanceof ObjectNode object) {
      return object;
    }
    throw new EngineError(502, "engine_error", "the engine's answer is no JSON object");
  }

  private Answer control(
      HttpMethod method, String path, ObjectNode body, Duration limit, BooleanSupplier lost) {
    byte[] bytes = body == null ? null : bytes(body);
    return call(client.openControl(engine, method, path, limit), bytes, limit, lost);
  }

  private Answer call(
      Future<HttpClientRequest> opened, byte[] body, Duration limit, BooleanSupplier lost) {
    long start = System.nanoTime();
    // Nested, so that the body is asked for on the event loop before its first byte can pass by.
    Future<Answer> answer =
        opened.compose(
            request ->
                send(request, body)
                    .compose(
                        response ->
                            response.body().map(text -> new Answer(response.statusCode(), text))));
    try {
      Answer done = await(answer.toCompletionStage().toCompletableFuture(), limit, lost);
      if (done.status() >= 400) {
        throw EngineError.of(done.status(), done.body().toString());
      }
      return done;
    } catch (TimeoutException e) {
      opened.onSuccess(HttpClientRequest::reset);
      throw timeout(start);
    } catch (InterruptedException e) {
      opened.onSuccess(HttpClientRequest::reset);
      Thread.currentThread().interrupt();
      throw new EngineUnreachable("interrupted", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause(), start);
    }
  }

  private static Answer await(
      CompletableFuture<Answer> answer, Duration limit, BooleanSupplier lost)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      try {
        return answer.get(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (left <= LOOK_NANOS || lost.getAsBoolean()) {
          throw e;
        }
      }
    }
  }

  private static Future<HttpClientResponse> send(HttpClientRequest request, byte[] body) {
    return body == null
        ? request.send()
        : request.putHeader("Content-Type", "application/json").send(Buffer.buffer(body));
  }

  private static byte[] bytes(ObjectNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private EngineTimeout timeout(long start) {
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    return new EngineTimeout("no answer from " + engine.url() + " in " + seconds + " s");
  }

  private RuntimeException failure(Throwable cause, long start) {
    if (cause instanceof TimeoutException) {
      return timeout(start);
    }
    return new EngineUnreachable(
        "the engine at " + engine.url() + " cannot be reached: " + cause.getMessage(), cause);
  }

  private static JsonNode json(Answer answer) {
    try {
      return Json.MAPPER.readTree(answer.body().getBytes());
    } catch (IOException e) {
      throw new EngineError(502, "engine_error", "the engine's answer is no JSON");
    }
  }

  private record Answer(int status, Buffer body) {}
}
