package io.tunemesh.inference.completion;

import io.tunemesh.platform.http.Problem;
import java.util.regex.Pattern;

/** What goes wrong between a request and the engine, told alike over HTTP and by event. */
final class Problems {

  /** How jobs name a checkpoint, which is a state of a training and never published. */
  private static final Pattern CHECKPOINT = Pattern.compile(".+:ckpt-step-\\d+");

  private Problems() {}

  static Problem unknownModel(String model) {
    String why =
        CHECKPOINT.matcher(model).matches()
            ? "'%s' names a checkpoint, and checkpoints are not served; ask for the fine_tuned_model of its job."
            : "The model '%s' does not exist, or you have no access to it. GET /v1/models lists yours.";
    return new Problem(404, "model_not_found", why.formatted(model), "model");
  }

  static Problem engineUnreachable() {
    return new Problem(
        503,
        "engine_unreachable",
        "The engine that answers for this model cannot be reached now. Try again in a few seconds.",
        null);
  }

  static Problem engineBusy() {
    return new Problem(
        503, "engine_busy", "Too many requests are being answered. Try again shortly.", null);
  }

  static Problem outOfMemory() {
    return new Problem(
        503, "out_of_memory", "The engine has no room for this request. Send a shorter one.", null);
  }

  static Problem engineTimeout() {
    return new Problem(
        504,
        "engine_timeout",
        "The engine took too long. Ask for fewer tokens, or stream the answer.",
        null);
  }

  static Problem interrupted() {
    return new Problem(
        502, "engine_interrupted", "The engine went away in the middle of the answer.", null);
  }

  static Problem stalled(long seconds) {
    return new Problem(
        504,
        "engine_stalled",
        "The engine has said nothing for %d s in the middle of the answer, so that this is not all of it. Ask again."
            .formatted(seconds),
        null);
  }

  static Problem clientStalled() {
    return new Problem(
        408,
        "client_stalled",
        "What was sent was not read for too long, so that this is not all of the answer. Ask again, and read it as it comes.",
        null);
  }

  static Problem answerTooLong(String why) {
    return new Problem(
        422,
        "answer_too_long",
        "The answer is too long: %s; ask over HTTP or for fewer tokens.".formatted(why),
        "max_tokens");
  }

  static Problem expired() {
    return new Problem(
        408,
        "request_expired",
        "The request was to be answered by its deadline, which is over. Ask again, with a later one.",
        "deadline");
  }

  static Problem internal() {
    return new Problem(500, "internal_error", "Something went wrong on our side. Try again.", null);
  }
}
