package io.tunemesh.dataset.report;

import java.util.Map;
import java.util.Set;

/**
 * Tells rows that the specification's cleaning takes out from those that cannot be used. Both are
 * among the refused rows of a dataset, each with its code.
 */
public final class Removals {

  private static final Set<String> DUPLICATES = Set.of("duplicate", "near_duplicate");
  private static final Set<String> OTHERS =
      Set.of(
          "too_short",
          "too_long",
          "garbled_text",
          "control_characters",
          "repetitive",
          "nothing_left");
  private static final Set<String> ASKED = Set.of("filtered", "over_limit");

  private Removals() {}

  /** Whether a row of that code was removed by cleaning. */
  public static boolean are(String code) {
    return DUPLICATES.contains(code) || OTHERS.contains(code);
  }

  /** How many rows cleaning removed, of {@code refusals} by code. */
  public static long in(Map<String, Long> refusals) {
    return refusals.entrySet().stream()
        .filter(entry -> are(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  static boolean ofDuplicates(String code) {
    return DUPLICATES.contains(code);
  }

  /** Whether a row of that code is left out by a filter or a limit, and nothing is to be mended. */
  static boolean asked(String code) {
    return ASKED.contains(code);
  }
}
