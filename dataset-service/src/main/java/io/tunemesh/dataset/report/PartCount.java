package io.tunemesh.dataset.report;

import io.tunemesh.dataset.split.Part;

/** How many of something there are in each part of the split. */
final class PartCount {

  private final long[] counts = new long[Part.values().length];

  void add(Part part) {
    counts[part.ordinal()]++;
  }

  long of(Part part) {
    return counts[part.ordinal()];
  }

  long all() {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    return all;
  }
}
