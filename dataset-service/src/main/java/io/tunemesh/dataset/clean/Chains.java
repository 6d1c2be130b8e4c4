package io.tunemesh.dataset.clean;

import java.io.Closeable;

/**
 * Entries by their hash, in {@link FileLongs}: 16 to 24 bytes each. An entry is the number of those
 * before it.
 */
final class Chains implements Closeable {

  static final long NONE = -1;

  private static final long LINK = 0xffff_ffffL;

  private final FileLongs entries = new FileLongs();
  private FileLongs heads = new FileLongs();

  /** The last entry of that hash; {@link #NONE} where there is none. */
  long newest(int hash) {
    return heads.size() == 0 ? NONE : find(hash, heads.get(hash & (heads.size() - 1)));
  }

  /** The last entry before this one that has its hash. */
  long older(long entry) {
    long found = entries.get(entry);
    return find((int) (found >>> 32), found & LINK);
  }

  private long find(int hash, long link) {
    long next = link;
    while (next != 0) {
      long entry = entries.get(next - 1);
      if ((int) (entry >>> 32) == hash) {
        return next - 1;
      }
      next = entry & LINK;
    }
    return NONE;
  }

  void add(int hash) {
    if (entries.size() == heads.size()) {
      grow();
    }
    entries.add((long) hash << 32);
    link(entries.size() - 1);
  }

  private void grow() {
    long size = Math.max(1 << 12, 2 * heads.size());
    heads.close();
    heads = new FileLongs();
    heads.fill(size);
    for (long entry = 0; entry < entries.size(); entry++) {
      link(entry);
    }
  }

  private void link(long entry) {
    long hash = entries.get(entry) >>> 32;
    long head = hash & (heads.size() - 1);
    entries.set(entry, hash << 32 | heads.get(head));
    heads.set(head, entry + 1);
  }

  @Override
  public void close() {
    entries.close();
    heads.close();
  }
}
