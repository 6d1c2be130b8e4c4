package io.tunemesh.trainer.job;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Scope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What dataset-service last said about a dataset. Two tenants' datasets are never the same one. */
@Entity
@Table(name = "known_dataset")
class KnownDataset extends PanacheEntityBase {

  private static final String DELETED = "dataset_deleted";

  @Id String id;
  String run;
  String built;
  String code;
  String reason;

  @Column(name = "updated_at")
  Instant updatedAt;

  static String idOf(String tenant, String datasetId) {
    return tenant + "/" + datasetId;
  }

  static KnownDataset find(String tenant, String datasetId) {
    return findById(idOf(tenant, datasetId));
  }

  static KnownDataset built(Scope scope, DatasetBuilt event) {
    return of(scope, event.datasetId()).told(JsonText.of(event), null, null);
  }

  static KnownDataset rejected(Scope scope, DatasetRejected event) {
    return of(scope, event.datasetId()).told(null, event.code(), event.reason());
  }

  static KnownDataset deleted(Scope scope, DatasetDeleted event) {
    return of(scope, event.datasetId()).told(null, DELETED, null);
  }

  /** One that is deleted stays so, for what was told before may be heard after. */
  private KnownDataset told(String built, String code, String reason) {
    if (!isDeleted()) {
      this.built = built;
      this.code = code;
      this.reason = reason;
      persist();
    }
    return this;
  }

  boolean isDeleted() {
    return DELETED.equals(code);
  }

  /** Why nothing can be trained on it, if it is not built. */
  String why() {
    return isDeleted()
        ? "The dataset was deleted; train on its file by POST /v1/fine_tuning/jobs, or ask for it in"
            + " another run."
        : "The dataset was refused: " + reason;
  }

  DatasetBuilt event() {
    return JsonText.read(built, DatasetBuilt.class);
  }

  private static KnownDataset of(Scope scope, String datasetId) {
    KnownDataset found = find(scope.tenant(), datasetId);
    KnownDataset dataset = found == null ? new KnownDataset() : found;
    dataset.id = idOf(scope.tenant(), datasetId);
    dataset.run = scope.run();
    dataset.updatedAt = Instant.now();
    return dataset;
  }
}
