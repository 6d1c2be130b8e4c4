package io.tunemesh.inference.file;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A blob that ingest-service was asked to take in and has not taken yet. */
@Entity
@Table(name = "handed_over")
class HandedOver extends PanacheEntityBase {

  @Id
  @Column(name = "file_id")
  String fileId;

  @Column(name = "blob_key")
  String key;

  static HandedOver of(String fileId, String key) {
    HandedOver handed = new HandedOver();
    handed.fileId = fileId;
    handed.key = key;
    return handed;
  }
}
