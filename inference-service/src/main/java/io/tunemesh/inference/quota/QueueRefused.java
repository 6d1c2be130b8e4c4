package io.tunemesh.inference.quota;

/** A question that the queue does not take, or has kept for too long. */
final class QueueRefused extends Exception {

  /** Why. */
  enum Why {
    /** As many questions of this tenant wait as may, or as large ones. */
    TENANT_FULL,
    /** As many questions wait as may, or as large ones. */
    FULL,
    /** Its turn did not come in time. */
    TIMED_OUT
  }

  private final Why why;

  QueueRefused(Why why) {
    super(why.name());
    this.why = why;
  }

  Why why() {
    return why;
  }
}
