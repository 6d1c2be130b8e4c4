package io.tunemesh.trainer.job;

import java.util.Locale;

/**
 * Which of a tenant's waiting jobs go first; the later, the sooner. Among tenants it counts for
 * {@link QueueConfig#lead}.
 */
public enum Priority {
  LOW,
  NORMAL,
  HIGH;

  /** The word on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** That of a specification; normal where it names none, or one that is not known. */
  static Priority of(String word) {
    for (Priority priority : values()) {
      if (priority.wire().equals(word)) {
        return priority;
      }
    }
    return NORMAL;
  }
}
