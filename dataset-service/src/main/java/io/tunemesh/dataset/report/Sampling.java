package io.tunemesh.dataset.report;

import io.tunemesh.dataset.clean.StableHash;
import io.tunemesh.dataset.report.Duplicates.Compared;
import io.tunemesh.dataset.split.Part;
import java.util.EnumMap;
import java.util.Map;

/**
 * Chooses the examples that are compared, where there are more than memory can hold, by a hash of
 * their ids. Validation and test may take half of what there is room for, and training has the
 * rest.
 */
final class Sampling {

  /** How many examples are compared for being the same and for being almost the same, at most. */
  record Limits(int exact, int near) {

    /** What two builds at a time can hold in a small heap; see {@link Alike}. */
    static final Limits USUAL = new Limits(500_000, 25_000);
  }

  private final PartCount examples;
  private final Limits limits;
  private final Map<Part, long[]> compared = new EnumMap<>(Part.class);

  Sampling(PartCount examples, Limits limits) {
    this.examples = examples;
    this.limits = limits;
    for (Part part : Part.values()) {
      compared.put(part, new long[2]);
    }
  }

  /** Whether {@link #exact} takes it; it is not counted. */
  boolean isExact(double place, Part part) {
    return place < share(part, limits.exact());
  }

  boolean exact(double place, Part part) {
    return taken(place, part, limits.exact(), 0);
  }

  boolean near(double place, Part part) {
    return taken(place, part, limits.near(), 1);
  }

  Compared compared(Part part) {
    return new Compared(examples.of(part), compared.get(part)[0], compared.get(part)[1]);
  }

  Compared all() {
    long exact = 0;
    long near = 0;
    for (long[] counts : compared.values()) {
      exact += counts[0];
      near += counts[1];
    }
    return new Compared(examples.all(), exact, near);
  }

  private boolean taken(double place, Part part, int limit, int kind) {
    boolean taken = place < share(part, limit);
    compared.get(part)[kind] += taken ? 1 : 0;
    return taken;
  }

  private double share(Part part, int limit) {
    long train = examples.of(Part.TRAIN);
    long measured = examples.all() - train;
    if (train + measured <= limit) {
      return 1;
    }
    double ofMeasured = Math.min(measured, Math.max(limit / 2, limit - train));
    return part == Part.TRAIN ? (limit - ofMeasured) / train : ofMeasured / measured;
  }

  /** A place from 0 to 1 that follows from {@code id} alone. */
  static double place(String id) {
    return StableHash.place(StableHash.and(StableHash.START, id));
  }
}
