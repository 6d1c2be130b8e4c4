package io.tunemesh.dataset.dataset;

import io.tunemesh.platform.http.Refusal;

/** How many items a page has. */
final class Limit {

  private static final int DEFAULT = 20;
  private static final int MOST = 1000;

  private Limit() {}

  /** The size that was asked for, from 1 to 1000; 20 where none was. */
  static int of(Integer asked) {
    if (asked == null) {
      return DEFAULT;
    }
    if (asked < 1 || asked > MOST) {
      throw Refusal.invalid("limit_invalid", "limit must be from 1 to " + MOST + ".", "limit");
    }
    return asked;
  }
}
