package io.tunemesh.dataset.split;

import java.util.Locale;

/** The three parts of a dataset: to learn from, to watch the learning by, and to measure it by. */
public enum Part {
  TRAIN,
  VALIDATION,
  TEST;

  private static final Part[] ALL = values();

  private final String key = name().toLowerCase(Locale.ROOT);

  /** The part of that {@link #key}. */
  public static Part of(String key) {
    for (Part part : ALL) {
      if (part.key.equals(key)) {
        return part;
      }
    }
    throw new IllegalArgumentException("no part of a dataset is called '" + key + "'");
  }

  /** The name in files and addresses, as {@code validation}. */
  public String key() {
    return key;
  }
}
