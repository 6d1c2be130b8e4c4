package io.tunemesh.dataset.augment;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/** What one dataset asked served models for. It is asked once and ends once. */
@Entity
@Table(name = "generation")
class Generation extends PanacheEntityBase {

  enum Status {
    ASKED,
    ENDED
  }

  @Id
  @Column(name = "dataset_id")
  private String datasetId;

  private String tenant;

  @Enumerated(EnumType.STRING)
  private Status status;

  private Instant deadline;
  @Version private long version;

  static Generation of(String datasetId, String tenant, Instant deadline) {
    Generation generation = new Generation();
    generation.datasetId = datasetId;
    generation.tenant = tenant;
    generation.status = Status.ASKED;
    generation.deadline = deadline;
    return generation;
  }

  /** No answer counts from now on. */
  void end() {
    if (!isOpen()) {
      throw new IllegalStateException("the generation of " + datasetId + " has ended");
    }
    status = Status.ENDED;
  }

  boolean isOpen() {
    return status == Status.ASKED;
  }

  String tenant() {
    return tenant;
  }

  Instant deadline() {
    return deadline;
  }
}
