package io.tunemesh.inference.file;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Scope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A file of ingest-service, as far as its events have told; what came later wins. */
@Entity
@Table(name = "known_file")
public class KnownFile extends PanacheEntityBase {

  /** How far ingest-service is with it; it never goes back. */
  public enum Status {
    /** Its bytes can be read. */
    RECEIVED,
    /** Its rows can be read. */
    PARSED,
    REJECTED
  }

  @Id
  @Column(name = "file_id")
  private String id;

  private String tenant;
  private String filename;
  private String purpose;

  @Enumerated(EnumType.STRING)
  private Status status;

  private String content;

  /** The last that is known: parsed or rejected. */
  private String fact;

  @Column(name = "known_at")
  private Instant knownAt;

  /** Takes in a fact; one that is behind what is known changes nothing. */
  static KnownFile after(KnownFile known, Scope scope, UploadEvent fact) {
    KnownFile file = known == null ? new KnownFile() : known;
    if (known == null) {
      file.id = fact.fileId();
      file.tenant = scope.tenant();
      file.status = Status.RECEIVED;
      file.knownAt = Instant.now();
    }
    switch (fact) {
      case UploadReceived received -> {
        file.filename = received.filename();
        file.purpose = received.purpose();
        file.content = JsonText.of(received.content());
      }
      case UploadParsed parsed -> file.settle(parsed.filename(), parsed, Status.PARSED);
      case UploadRejected rejected -> file.settle(rejected.filename(), rejected, Status.REJECTED);
      case UploadDeleted deleted -> throw new IllegalArgumentException("a file that is gone");
    }
    return file;
  }

  private void settle(String name, UploadEvent told, Status as) {
    filename = name;
    fact = JsonText.of(told);
    status = as;
  }

  /** What ingest-service made of it; empty until it is parsed or rejected. */
  Optional<UploadEvent> fact() {
    return switch (status) {
      case RECEIVED -> Optional.empty();
      case PARSED -> Optional.of(JsonText.read(fact, UploadParsed.class));
      case REJECTED -> Optional.of(JsonText.read(fact, UploadRejected.class));
    };
  }

  private Optional<UploadParsed> parsed() {
    return fact().filter(UploadParsed.class::isInstance).map(UploadParsed.class::cast);
  }

  public String id() {
    return id;
  }

  public String tenant() {
    return tenant;
  }

  public String filename() {
    return filename;
  }

  public Status status() {
    return status;
  }

  /** Its bytes, as they came; null if ingest-service never had them. */
  public BlobRef content() {
    return JsonText.read(content, BlobRef.class);
  }

  /** Its rows, as lines of {@code SourceRecord}; null until it is parsed. */
  public BlobRef records() {
    return parsed().map(UploadParsed::records).orElse(null);
  }

  /** How many rows it has; null until it is parsed. */
  public Long rowCount() {
    return parsed().map(UploadParsed::rows).orElse(null);
  }

  /** The names of its columns, over all its sheets; null until it is parsed. */
  public List<String> columns() {
    return parsed().map(KnownFile::columns).orElse(null);
  }

  private static List<String> columns(UploadParsed parsed) {
    return parsed.sheets().stream()
        .flatMap(sheet -> sheet.columns().stream())
        .map(UploadParsed.Column::name)
        .distinct()
        .toList();
  }

  /** Why it was rejected. */
  public String reason() {
    return fact()
        .filter(UploadRejected.class::isInstance)
        .map(told -> ((UploadRejected) told).reason())
        .orElse(null);
  }
}
