package io.tunemesh.dataset.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;

/**
 * One thing to look at, in plain words.
 *
 * @param code stable, for programs
 * @param remedy what to do; null where there is nothing to do
 */
public record Finding(
    @NotNull Level level,
    @NotNull String code,
    @NotNull String message,
    @JsonProperty("do") String remedy) {

  /** How much it matters, the worst first. */
  public enum Level {
    /** The model will be bad, or its measurement wrong. */
    PROBLEM,
    /** The model may be worse than it could be. */
    WARNING,
    /** Good to know. */
    NOTE;

    /** The name on the wire. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
