package io.tunemesh.platform.http;

/** The {@code limit} of a list's page. */
public final class PageSize {

  private PageSize() {}

  /**
   * The size that was asked for, or {@code otherwise} where none was.
   *
   * @throws Refusal if it is no number from 1 to {@code most}
   */
  public static int of(String asked, int otherwise, int most) {
    if (asked == null) {
      return otherwise;
    }
    int size = asked.matches("\\d{1,6}") ? Integer.parseInt(asked) : 0;
    if (size < 1 || size > most) {
      throw Refusal.invalid(
          "invalid_limit", "limit must be a number from 1 to %d.".formatted(most), "limit");
    }
    return size;
  }
}
