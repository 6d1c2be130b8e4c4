package io.tunemesh.inference.job;

import io.tunemesh.platform.http.Refusal;

/**
 * Whether a request may be one that was sent before.
 *
 * @param key the client's own name of the request; null if it gave none
 * @param again whether the SDK says that it tries again
 */
public record Resent(String key, boolean again) {

  private static final int LONGEST = 255;

  /** Reads the headers {@code Idempotency-Key} and {@code x-stainless-retry-count}. */
  public static Resent of(String key, String tries) {
    if (key != null && (key.isBlank() || key.length() > LONGEST)) {
      throw Refusal.invalid(
          "invalid_idempotency_key",
          "An Idempotency-Key has 1 to %d characters.".formatted(LONGEST),
          "Idempotency-Key");
    }
    return new Resent(key, tries != null && tries.matches("[1-9]\\d{0,8}"));
  }
}
