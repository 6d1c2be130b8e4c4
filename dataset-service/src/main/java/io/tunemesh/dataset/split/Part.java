package io.tunemesh.dataset.split;

import java.util.Locale;

/** The three parts of a dataset: to learn from, to watch the learning by, and to measure it by. */
public enum Part {
  TRAIN,
  VALIDATION,
  TEST;

  private final String key = name().toLowerCase(Locale.ROOT);

  /** The part of that {@link #key}. */
  public static Part of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** The name in files and addresses, as {@code validation}. */
  public String key() {
    return key;
  }
}
