package io.tunemesh.inference.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.http.Problem;
import java.util.List;
import java.util.Set;

/**
 * The engine answered with an error.
 *
 * <p>{@code code} is the engine's own where it gave one.
 */
public class EngineError extends RuntimeException {

  /** Answers that tell of the key by which this service asks, of which no asker knows. */
  private static final Set<Integer> OF_THE_KEY = Set.of(401, 403, 407);

  private static final int LONGEST = 2000;
  private static final String OUT_OF_MEMORY = "out_of_memory";

  private final Problem problem;

  EngineError(int status, String code, String message) {
    this(new Problem(status, code, message, null));
  }

  private EngineError(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  /** Reads OpenAI's error object, vLLM's older flat one, or plain text. */
  public static EngineError of(int status, String body) {
    try {
      JsonNode root = Json.MAPPER.readTree(body);
      JsonNode error = root.path("error").isObject() ? root.path("error") : root;
      return new EngineError(problem(status, error, told(status, body)));
    } catch (JsonProcessingException e) {
      return new EngineError(status, "engine_error", told(status, body));
    }
  }

  /**
   * What an engine's error object tells, its {@code type} too. vLLM's code is a number, which
   * OpenAI's clients do not take, and tells no more than the status: {@code engine_error} then.
   *
   * @param otherwise the detail where it tells none
   */
  public static Problem problem(int status, JsonNode error, String otherwise) {
    String message = error.path("message").asText(error.path("detail").asText(""));
    JsonNode code = error.path("code");
    return new Problem(
        status,
        code.isTextual() ? code.textValue() : "engine_error",
        message.isBlank() ? otherwise : message,
        error.path("param").textValue(),
        error.path("type").textValue(),
        List.of());
  }

  /** The same for who asked. */
  public Problem problem() {
    return problem;
  }

  /** The HTTP status. */
  public int status() {
    return problem.status();
  }

  /** The engine's code of the error, or {@code engine_error}. */
  public String code() {
    return problem.code();
  }

  /** Whether an engine that answers with that status refuses this service, not the question. */
  public static boolean isOfTheKey(int status) {
    return OF_THE_KEY.contains(status);
  }

  /** Whether the engine asks to come again later. */
  public boolean busy() {
    return status() == 429 || status() == 503 && !isOutOfMemory();
  }

  /** Whether the question does not fit in the engine, which it would not later either. */
  public boolean isOutOfMemory() {
    return OUT_OF_MEMORY.equals(code());
  }

  private static String told(int status, String body) {
    String text = body.length() > LONGEST ? body.substring(0, LONGEST) + "…" : body;
    return "the engine answered " + status + (text.isBlank() ? "" : ": " + text);
  }
}
