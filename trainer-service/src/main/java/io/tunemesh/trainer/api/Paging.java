package io.tunemesh.trainer.api;

import io.tunemesh.platform.http.Refusal;

/** The parameters of OpenAI's lists. */
final class Paging {

  private static final int MOST = 1000;

  private Paging() {}

  /** How many items a page has. */
  static int limit(String asked, int otherwise) {
    if (asked == null) {
      return otherwise;
    }
    int limit = asked.matches("\\d{1,6}") ? Integer.parseInt(asked) : 0;
    if (limit < 1 || limit > MOST) {
      throw Refusal.invalid("invalid_limit", "limit must be from 1 to " + MOST + ".", "limit");
    }
    return limit;
  }
}
