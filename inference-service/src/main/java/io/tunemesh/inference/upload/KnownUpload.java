package io.tunemesh.inference.upload;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** An upload that ingest-service told of. Once its fate is known that stays. */
@Entity
@Table(name = "known_upload")
public class KnownUpload extends PanacheEntityBase {

  enum Status {
    RECEIVED,
    PARSED,
    REJECTED
  }

  @Id
  @Column(name = "file_id")
  private String fileId;

  private String tenant;
  private String filename;

  @Enumerated(EnumType.STRING)
  private Status status;

  private String fact;

  @Column(name = "known_at")
  private Instant knownAt;

  /** Remembers a fact; false where it tells nothing new. */
  static boolean tell(String tenant, UploadEvent fact, String filename, Status status) {
    KnownUpload upload = findById(fact.fileId());
    if (upload == null) {
      upload = new KnownUpload();
      upload.fileId = fact.fileId();
      upload.tenant = tenant;
      upload.knownAt = Instant.now();
    } else if (upload.status != Status.RECEIVED || status == Status.RECEIVED) {
      return false;
    }
    upload.filename = filename;
    upload.status = status;
    upload.fact = JsonText.of(fact);
    upload.persist();
    return true;
  }

  String tenant() {
    return tenant;
  }

  /** The last fact that is known of it. */
  public UploadEvent fact() {
    return switch (status) {
      case RECEIVED -> JsonText.read(fact, UploadReceived.class);
      case PARSED -> JsonText.read(fact, UploadParsed.class);
      case REJECTED -> JsonText.read(fact, UploadRejected.class);
    };
  }
}
