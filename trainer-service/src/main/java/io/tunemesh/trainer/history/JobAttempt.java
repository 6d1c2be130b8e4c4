package io.tunemesh.trainer.history;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One attempt at a job: who made it, for how long, with what, and how it ended. */
@Entity
@Table(name = "job_attempt")
public class JobAttempt extends PanacheEntityBase {

  @Id public String id;

  @Column(name = "job_id")
  public String jobId;

  public String tenant;
  public long fence;
  public String owner;

  @Column(name = "started_at")
  public Instant startedAt;

  @Column(name = "ended_at")
  public Instant endedAt;

  public String outcome;

  /** The worker's own account of itself, as JSON: its device, its versions, its base's digests. */
  public String worker;

  /** What the worker said when it had read the job, as JSON: examples, steps, the learning rate. */
  public String begun;

  static String idOf(String jobId, long fence) {
    return jobId + "/" + fence;
  }
}
