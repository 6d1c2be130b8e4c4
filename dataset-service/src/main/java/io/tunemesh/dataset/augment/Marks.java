package io.tunemesh.dataset.augment;

/** A set of numbers that are as good as random, in 11 to 22 bytes each. */
final class Marks {

  private long[] slots = new long[1 << 10];
  private int size;
  private boolean zero;

  /** Adds a number; false if it is there. */
  boolean add(long number) {
    if (number == 0) {
      boolean fresh = !zero;
      zero = true;
      return fresh;
    }
    int slot = slot(slots, number);
    if (slots[slot] == number) {
      return false;
    }
    slots[slot] = number;
    size++;
    if (size * 4L > slots.length * 3L) {
      grow();
    }
    return true;
  }

  boolean has(long number) {
    return number == 0 ? zero : slots[slot(slots, number)] == number;
  }

  /** Where the number is, or the free place that it would have. */
  private static int slot(long[] slots, long number) {
    int mask = slots.length - 1;
    int at = (int) number & mask;
    while (slots[at] != 0 && slots[at] != number) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long number : slots) {
      if (number != 0) {
        larger[slot(larger, number)] = number;
      }
    }
    slots = larger;
  }
}
