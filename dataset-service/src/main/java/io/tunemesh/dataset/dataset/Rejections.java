package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.EventTooLarge;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells of datasets that cannot be made, however much was asked for. */
@ApplicationScoped
public class Rejections {

  /** What is longer nobody reads, and an event might not hold. */
  private static final int LONGEST = 10_000;

  private final Outbox outbox;

  Rejections(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * Adds the fact to the current transaction, with its reason cut; without its plan and its place
   * where an event does not hold them.
   */
  public void publish(Scope scope, DatasetRejected fact) {
    String reason = cut(fact.reason());
    try {
      outbox.publish(
          scope,
          new DatasetRejected(fact.datasetId(), fact.code(), reason, fact.where(), fact.plan()));
    } catch (EventTooLarge e) {
      outbox.publish(scope, new DatasetRejected(fact.datasetId(), fact.code(), reason, null, null));
    }
  }

  /** A reason that is not too long, cut between two characters. */
  static String cut(String reason) {
    if (reason.length() <= LONGEST) {
      return reason;
    }
    boolean splits = Character.isHighSurrogate(reason.charAt(LONGEST - 1));
    return reason.substring(0, splits ? LONGEST - 1 : LONGEST) + "…";
  }
}
