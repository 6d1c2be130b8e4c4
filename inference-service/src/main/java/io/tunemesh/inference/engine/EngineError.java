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

  /** What vLLM says to any load that fails, by a 500, and to those that always will. */
  private static final String NOT_LOADED = "Call to add_lora method failed";

  private static final List<String> FOR_EVER =
      List.of("max_lora_rank", "support", "expected target modules");
  private static final String TAKES_NONE = "LoRA is not enabled";

  /** What a vLLM that drains says to questions by a 500, while its health is well. */
  private static final List<String> DRAINS =
      List.of("cannot schedule new futures after shutdown", "Server shutting down");

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
      boolean drains = status == 500 && DRAINS.stream().anyMatch(body::contains);
      return new EngineError(problem(drains ? 503 : status, error, told(status, body)));
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

  /**
   * Whether the engine has broken an answer off, or one of its choices, which a vLLM that is paused
   * or ends tells like any other end.
   */
  public static boolean isAborted(JsonNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      if (choice.path("finish_reason").asText().equals("abort")) {
        return true;
      }
    }
    return false;
  }

  /** What this answer to a load says: 422 is of the adapter, 503 of the engine. */
  EngineError ofLoad() {
    String said = getMessage();
    if (said.contains(TAKES_NONE) || status() == 404 && said.equals("Not Found")) {
      return new EngineError(
          503,
          "no_adapters",
          "it takes no adapters (%s); start a vLLM with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"
              .formatted(said));
    }
    if (status() == 500
        && said.startsWith(NOT_LOADED)
        && FOR_EVER.stream().anyMatch(said::contains)) {
      return new EngineError(422, code(), said);
    }
    return this;
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
