package io.tunemesh.platform.work;

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

  /** Gives the row {@code id} to {@code newOwner} under a new fence. */
  public Claim take(String id, String newOwner, Instant end) {
    fence++;
    owner = newOwner;
    until = end;
    return new Claim(id, fence, owner);
  }

  /** Frees the row, to be taken again from {@code then} on. */
  public void rest(Instant then) {
    owner = null;
    until = then;
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

  /** Whether the taking of that fence is the last, and not ended. */
  public boolean isHeldUnder(long thatFence) {
    return owner != null && fence == thatFence;
  }

  /** The number of the last taking. */
  public long fence() {
    return fence;
  }

  /** The process that has it; null when free. */
  public String owner() {
    return owner;
  }

  /** When it runs out; null when free. */
  public Instant until() {
    return until;
  }
}
