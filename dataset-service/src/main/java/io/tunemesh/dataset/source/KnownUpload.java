package io.tunemesh.dataset.source;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.event.Scope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.text.Normalizer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An upload whose fate is known. The first fact about a file stays: its owner tells only one, so a
 * second is a repetition.
 */
@Entity
@Table(name = "known_upload")
public class KnownUpload extends PanacheEntityBase {

  enum Status {
    PARSED,
    REJECTED
  }

  @Id
  @Column(name = "file_id")
  String fileId;

  String tenant;
  String run;
  String filename;

  @Enumerated(EnumType.STRING)
  Status status;

  String fact;

  @Column(name = "known_at")
  Instant knownAt;

  /** Remembers that a file was parsed. Empty if it was known before. */
  public static Optional<KnownUpload> parsed(Scope scope, UploadParsed fact) {
    return remember(scope, fact, fact.filename(), Status.PARSED);
  }

  /** Remembers that a file cannot be read. Empty if it was known before. */
  public static Optional<KnownUpload> rejected(Scope scope, UploadRejected fact) {
    return remember(scope, fact, fact.filename(), Status.REJECTED);
  }

  /**
   * The upload that a specification names: by its id, or by its file name among those of the run. Of
   * several with one name the first that could be read is taken.
   */
  public static Optional<KnownUpload> named(String tenant, String run, String name) {
    List<KnownUpload> found =
        list(
            "tenant = ?1 and (fileId = ?2 or (run = ?3 and filename = ?4))",
            tenant,
            name,
            run,
            nameKey(name));
    return found.stream()
        .min(
            Comparator.comparing((KnownUpload upload) -> !upload.fileId.equals(name))
                .thenComparing(upload -> upload.status)
                .thenComparing(upload -> upload.knownAt)
                .thenComparing(upload -> upload.fileId));
  }

  /** A file name in one spelling, since file systems write accents and kana in two. */
  public static String nameKey(String filename) {
    return Normalizer.normalize(filename, Normalizer.Form.NFC);
  }

  /** The fact that is known, a {@link UploadParsed} or an {@link UploadRejected}. */
  public UploadEvent fact() {
    return switch (status) {
      case PARSED -> StoredJson.read(fact, UploadParsed.class);
      case REJECTED -> StoredJson.read(fact, UploadRejected.class);
    };
  }

  public String fileId() {
    return fileId;
  }

  public String filename() {
    return filename;
  }

  public String tenant() {
    return tenant;
  }

  public String run() {
    return run;
  }

  private static Optional<KnownUpload> remember(
      Scope scope, UploadEvent fact, String filename, Status status) {
    if (findById(fact.fileId()) != null) {
      return Optional.empty();
    }
    KnownUpload upload = new KnownUpload();
    upload.fileId = fact.fileId();
    upload.tenant = scope.tenant();
    upload.run = scope.run();
    upload.filename = nameKey(filename);
    upload.status = status;
    upload.fact = StoredJson.write(fact);
    upload.knownAt = Instant.now();
    upload.persist();
    return Optional.of(upload);
  }
}
