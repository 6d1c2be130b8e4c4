package io.tunemesh.inference.turn;

/**
 * How a turn ended.
 *
 * @param status the HTTP status of the answer
 * @param code the problem's code; null when there was none
 * @param usage what it has cost, also when it was broken off
 * @param firstTokenNanos from the question to the first thing that the engine said; 0 when nothing
 *     came
 * @param totalNanos from the question to the end
 */
public record Ending(
    Outcome outcome, int status, String code, Usage usage, long firstTokenNanos, long totalNanos) {

  public long promptTokens() {
    return usage.promptTokens();
  }

  public long completionTokens() {
    return usage.completionTokens();
  }

  /** What became of the question. */
  public enum Outcome {
    ANSWERED,
    /** By us, or by the engine with a status below 500. */
    REFUSED,
    FAILED,
    /** The asker went away. */
    CANCELLED
  }
}
