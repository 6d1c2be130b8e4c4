package io.tunemesh.dataset.recipe;

import java.util.List;
import java.util.Optional;

/**
 * Something that a recipe lets its user choose.
 *
 * @param key its name in {@code settings}
 * @param meaning for people
 * @param choices what it may be; empty for any text or, with limits, any whole number
 * @param least null unless it is a whole number, as is {@code most}
 * @param standard what holds where it is not given; null where there is nothing
 */
public record Setting(
    String key,
    String meaning,
    boolean required,
    List<String> choices,
    Integer least,
    Integer most,
    String standard) {

  static Setting text(String key, String meaning) {
    return new Setting(key, meaning, false, List.of(), null, null, null);
  }

  static Setting needed(String key, String meaning) {
    return new Setting(key, meaning, true, List.of(), null, null, null);
  }

  static Setting whole(String key, String meaning, int least, int most, int standard) {
    return new Setting(key, meaning, false, List.of(), least, most, String.valueOf(standard));
  }

  /** The first of {@code choices} holds where none is given. */
  static Setting choice(String key, String meaning, String... choices) {
    return new Setting(key, meaning, false, List.of(choices), null, null, choices[0]);
  }

  /** What is wrong with a value, if anything is. */
  Optional<String> mistake(String value) {
    if (value.isBlank()) {
      return Optional.of("is empty: give " + meaning);
    }
    if (!choices.isEmpty() && !choices.contains(value)) {
      return Optional.of(
          "must be one of %s, not \"%s\"".formatted(String.join(", ", choices), value));
    }
    if (least != null && !isWhole(value)) {
      return Optional.of(
          "must be a whole number from %d to %d, not \"%s\"".formatted(least, most, value));
    }
    return Optional.empty();
  }

  private boolean isWhole(String value) {
    return value.matches("\\d{1,9}")
        && Integer.parseInt(value) >= least
        && Integer.parseInt(value) <= most;
  }
}
