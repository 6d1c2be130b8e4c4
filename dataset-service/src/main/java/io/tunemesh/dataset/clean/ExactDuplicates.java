package io.tunemesh.dataset.clean;

import io.tunemesh.platform.blob.Digests;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.OptionalLong;

/**
 * Finds texts that are an earlier one, as {@link Letters#AND_SIGNS} has them. Holds about 45 bytes
 * of disk for each that is kept, and none of the heap.
 */
final class ExactDuplicates implements Closeable {

  private final MessageDigest sha256 = Digests.sha256();
  private final Chains chains = new Chains();
  private final FileLongs kept = new FileLongs();

  /**
   * Takes the next text.
   *
   * @param number names the text, if it is kept, in later answers
   * @return the number of the kept text that this one repeats; empty if it is kept itself
   */
  OptionalLong add(String text, long number) {
    sha256.update(Letters.AND_SIGNS.utf8(text));
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    long first = digest.getLong();
    long second = digest.getLong();
    for (long e = chains.newest((int) first); e != Chains.NONE; e = chains.older(e)) {
      if (kept.get(3 * e) == first && kept.get(3 * e + 1) == second) {
        return OptionalLong.of(kept.get(3 * e + 2));
      }
    }
    chains.add((int) first);
    kept.add(first);
    kept.add(second);
    kept.add(number);
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    chains.close();
    kept.close();
  }
}
