package io.tunemesh.inference.job;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;

/** When what happened to a job, in seconds since 1970; null for what has not. */
@Embeddable
public class JobTimes {

  @Column(name = "created_at")
  Instant created;

  @Column(name = "begun_at")
  Instant begun;

  @Column(name = "finalizing_at")
  Instant finalizing;

  @Column(name = "cancelling_at")
  Instant cancelling;

  @Column(name = "ended_at")
  Instant ended;

  @Column(name = "expires_at")
  Instant expires;

  /** When its progress was last told. */
  @Column(name = "progressed_at")
  Instant progressed;

  public Long created() {
    return seconds(created);
  }

  /** When its input was found sound. */
  public Long begun() {
    return seconds(begun);
  }

  /** When the last row had its answer or its reason. */
  public Long finalizing() {
    return seconds(finalizing);
  }

  /** When its owner wanted it no more. */
  public Long cancelling() {
    return seconds(cancelling);
  }

  public Long ended() {
    return seconds(ended);
  }

  /** When rows that were not asked will have a reason instead. */
  public Long expires() {
    return seconds(expires);
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }
}
