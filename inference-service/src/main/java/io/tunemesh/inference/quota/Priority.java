package io.tunemesh.inference.quota;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tunemesh.platform.http.Refusal;
import java.util.Arrays;
import java.util.Locale;

/** How soon a waiting question goes, among those of its own tenant; highest first. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW;

  /**
   * The priority of that name; null for null.
   *
   * @throws Refusal 400 if there is none
   */
  @JsonCreator
  static Priority named(String name) {
    if (name == null) {
      return null;
    }
    return Arrays.stream(values())
        .filter(priority -> priority.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.invalid("invalid_quota", "A priority is high, normal or low.", "priority"));
  }

  /** What vLLM's {@code priority} asks for: of two numbers the lower one goes first. */
  static Priority asked(long number) {
    return number < 0 ? HIGH : number == 0 ? NORMAL : LOW;
  }

  /** The lowest number, which goes first, that one may ask an engine for who may have this. */
  long least() {
    return switch (this) {
      case HIGH -> Long.MIN_VALUE;
      // Not above 0 for LOW: an engine that does not follow priorities refuses any other number.
      case NORMAL, LOW -> 0;
    };
  }

  /** What OpenAI's {@code service_tier} asks for; this if it asks for nothing. */
  Priority asked(String serviceTier) {
    return switch (serviceTier == null ? "" : serviceTier) {
      case "priority", "fast", "high" -> HIGH;
      case "default", "normal" -> NORMAL;
      case "flex", "low" -> LOW;
      default -> this;
    };
  }

  /** As OpenAI's answers call it. */
  String serviceTier() {
    return switch (this) {
      case HIGH -> "priority";
      case NORMAL -> "default";
      case LOW -> "flex";
    };
  }

  /** This, or {@code highest} if this is higher. */
  Priority atMost(Priority highest) {
    return compareTo(highest) < 0 ? highest : this;
  }

  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
