package io.tunemesh.dataset.augment;

import io.tunemesh.platform.blob.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Choices that follow from a dataset's salt and an example's id alone, on every machine and Java:
 * {@link Random} is specified to the bit.
 */
final class Chance {

  private final Random random;

  private Chance(long seed) {
    random = new Random(seed);
  }

  static Chance of(String salt, String... what) {
    return new Chance(number(salt, what));
  }

  /** A number that nobody can foresee from its neighbours'. */
  static long number(String salt, String... what) {
    String cause = salt + "\0" + String.join("\0", what);
    byte[] digest = Digests.sha256().digest(cause.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }

  /** From 0 to {@code bound} less one. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Puts {@code list} in any order, each as likely. */
  <T> void shuffle(List<T> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      T one = list.get(i);
      int other = below(i + 1);
      list.set(i, list.get(other));
      list.set(other, one);
    }
  }
}
