package io.tunemesh.inference.job;

import io.tunemesh.platform.http.Refusal;
import java.time.Duration;

/**
 * Whether a request may be one that was sent before.
 *
 * @param key the client's own name of the request; null if it gave none
 * @param tries how many the SDK says that it has made before
 */
public record Resent(String key, int tries) {

  private static final int LONGEST = 255;

  /** How long OpenAI's SDK waits for the answer of one try. */
  private static final Duration TRY = Duration.ofMinutes(10);

  private static final Duration MOST = Duration.ofHours(1);

  /** Reads the headers {@code Idempotency-Key} and {@code x-stainless-retry-count}. */
  public static Resent of(String key, String tries) {
    if (key != null && (key.isBlank() || key.length() > LONGEST)) {
      throw Refusal.invalid(
          "invalid_idempotency_key",
          "An Idempotency-Key has 1 to %d characters.".formatted(LONGEST),
          "Idempotency-Key");
    }
    return new Resent(
        key, tries != null && tries.matches("\\d{1,4}") ? Integer.parseInt(tries) : 0);
  }

  /** How long ago the first try may have been. */
  Duration within() {
    Duration all = TRY.multipliedBy(tries + 1L);
    return all.compareTo(MOST) < 0 ? all : MOST;
  }
}
