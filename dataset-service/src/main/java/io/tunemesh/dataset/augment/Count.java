package io.tunemesh.dataset.augment;

import java.util.Map;
import java.util.TreeMap;

/**
 * What one step made, for the manifest.
 *
 * @param source the position of its source in the specification
 * @param step its position in the source's {@code augment}
 * @param tried how many examples it was to make; {@code tried = made + dropped}
 * @param dropped by reason
 */
public record Count(
    int source, int step, String method, long tried, long made, Map<String, Long> dropped) {

  /** Counts as a step goes on. */
  public static final class Running {
    private final Map<String, Long> dropped = new TreeMap<>();
    private long made;

    /** One example was made. */
    public void made() {
      made++;
    }

    /** One was not, for a reason. */
    public void dropped(String code) {
      dropped.merge(code, 1L, Long::sum);
    }

    /** The counts of a step by now. */
    public Count of(Step step) {
      long tried = made + dropped.values().stream().mapToLong(Long::longValue).sum();
      return new Count(
          step.source(), step.index(), step.method().key(), tried, made, new TreeMap<>(dropped));
    }
  }
}
