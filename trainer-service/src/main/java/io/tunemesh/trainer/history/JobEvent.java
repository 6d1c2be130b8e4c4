package io.tunemesh.trainer.history;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Ids;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One line of what happened to a job, for its owner. */
@Entity
@Table(name = "job_event")
public class JobEvent extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long seq;

  public String id;

  @Column(name = "job_id")
  public String jobId;

  @Column(name = "created_at")
  public Instant createdAt;

  public String level;
  public String type;
  public String message;
  public String data;

  /** The job's state from this line on; null where the line changes none. */
  public String status;

  static JobEvent of(String jobId, String level, String type, String message, Object data) {
    JobEvent event = new JobEvent();
    event.id = Ids.random("ftevent-");
    event.jobId = jobId;
    event.createdAt = Instant.now();
    event.level = level;
    event.type = type;
    event.message = message;
    event.data = JsonText.of(data);
    return event;
  }
}
