package io.tunemesh.dataset.recipe;

import java.util.List;
import java.util.Map;

/**
 * A part that a column plays for a recipe.
 *
 * @param key its name in {@code columns}
 * @param alias another name for it in {@code columns}; may be null
 * @param required whether a sheet without it is of no use
 * @param headers the headers by which it is found, besides its key, compared without regard to
 *     width, case and punctuation
 */
public record Role(String key, String alias, boolean required, List<String> headers) {

  static Role needed(String key, String... headers) {
    return new Role(key, null, true, List.of(headers));
  }

  static Role optional(String key, String... headers) {
    return new Role(key, null, false, List.of(headers));
  }

  /** The header that a user names for it; null where none is. */
  String chosenFrom(Map<String, String> chosen) {
    return chosen.entrySet().stream()
        .filter(entry -> isCalled(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  boolean isCalled(String name) {
    return name.equals(key) || name.equals(alias);
  }
}
