package io.tunemesh.trainer.history;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Ids;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;

/** A checkpoint whose files are all in the blob store, so that any replica can go on from it. */
@Entity
@Table(name = "job_checkpoint")
public class JobCheckpoint extends PanacheEntityBase {

  @Id public String id;

  @Column(name = "job_id")
  public String jobId;

  public long step;
  public long fence;

  @Column(name = "created_at")
  public Instant createdAt;

  public String files;
  public Double loss;

  @Column(name = "validation_loss")
  public Double validationLoss;

  @Column(name = "mean_token_accuracy")
  public Double meanTokenAccuracy;

  @Column(name = "validation_mean_token_accuracy")
  public Double validationMeanTokenAccuracy;

  public boolean best;

  /** A job has one checkpoint a step, whichever attempt made it. */
  public static String idOf(String jobId, long step) {
    return Ids.derived("ftckpt_", jobId + "/" + step);
  }

  /** Its files by name; null once they are deleted, because newer ones are there. */
  public Map<String, BlobRef> storedFiles() {
    return JsonText.read(files, new TypeReference<Map<String, BlobRef>>() {});
  }
}
