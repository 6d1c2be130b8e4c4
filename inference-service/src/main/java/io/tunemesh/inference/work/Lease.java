package io.tunemesh.inference.work;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;

/**
 * Who works on a row, and until when another may not take it. Each taking has a larger fence, which
 * every later write must show.
 */
@Embeddable
public class Lease {

  @Column(name = "fence")
  private long fence;

  @Column(name = "lease_owner")
  private String owner;

  @Column(name = "lease_until")
  private Instant until;

  /** Gives the row to {@code newOwner} under a new fence. */
  public void take(String newOwner, Instant end) {
    fence++;
    owner = newOwner;
    until = end;
  }

  /** Frees the row. */
  public void end() {
    owner = null;
    until = null;
  }

  /** Whether nobody holds it at {@code now}. */
  public boolean isFree(Instant now) {
    return until == null || until.isBefore(now);
  }

  /** The number of the last taking. */
  public long fence() {
    return fence;
  }

  /** The replica that has it; null when free. */
  public String owner() {
    return owner;
  }
}
