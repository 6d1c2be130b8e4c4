package io.tunemesh.dataset.source;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
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
import java.text.Normalizer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An upload that was told of. Once its fate is known that stays, but for its deletion: its owner
 * tells only one, so what comes later is a repetition.
 */
@Entity
@Table(name = "known_upload")
public class KnownUpload extends PanacheEntityBase {

  /** In the order in which uploads of one name are preferred; the last two alike. */
  enum Status {
    PARSED,
    RECEIVED,
    REJECTED,
    DELETED
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

  /** Remembers that a file has come; what becomes of it will be told. */
  public static void received(Scope scope, UploadReceived fact) {
    remember(scope, fact, fact.filename(), Status.RECEIVED);
  }

  /** Remembers that a file was parsed. Empty if its fate was known before. */
  public static Optional<KnownUpload> parsed(Scope scope, UploadParsed fact) {
    return remember(scope, fact, fact.filename(), Status.PARSED);
  }

  /** Remembers that a file cannot be read. Empty if its fate was known before. */
  public static Optional<KnownUpload> rejected(Scope scope, UploadRejected fact) {
    return remember(scope, fact, fact.filename(), Status.REJECTED);
  }

  /**
   * Remembers that a file which could be read is deleted. Datasets that were made of it still know
   * what it was; by its name it is found only if there is no other. Empty if that was known before,
   * or the file could not be read.
   */
  public static Optional<KnownUpload> deleted(UploadDeleted fact) {
    KnownUpload upload = findById(fact.fileId());
    if (upload == null || upload.status != Status.PARSED) {
      return Optional.empty();
    }
    upload.status = Status.DELETED;
    return Optional.of(upload);
  }

  /**
   * The upload that a specification names: by its id, or by its file name among those of the run.
   * Of several with one name the first that could be read, and was not deleted, is taken; where
   * none is left, the last.
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
                .thenComparing(upload -> upload.isOver() ? Status.REJECTED : upload.status)
                .thenComparing(KnownUpload::inTurn)
                .thenComparing(upload -> upload.fileId));
  }

  private boolean isOver() {
    return status.compareTo(Status.REJECTED) >= 0;
  }

  private static int inTurn(KnownUpload one, KnownUpload other) {
    int order = one.knownAt.compareTo(other.knownAt);
    return one.isOver() ? -order : order;
  }

  /** A file name in one spelling, since file systems write accents and kana in two. */
  public static String nameKey(String filename) {
    return Normalizer.normalize(filename, Normalizer.Form.NFC);
  }

  /** What became of it, or that it came; of a deleted one, what it was parsed to. */
  public UploadEvent fact() {
    return switch (status) {
      case RECEIVED -> JsonText.read(fact, UploadReceived.class);
      case PARSED, DELETED -> JsonText.read(fact, UploadParsed.class);
      case REJECTED -> JsonText.read(fact, UploadRejected.class);
    };
  }

  /** Whether it could be read and is there no more. */
  public boolean isDeleted() {
    return status == Status.DELETED;
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
    KnownUpload upload = findById(fact.fileId());
    if (upload == null) {
      upload = new KnownUpload();
      upload.fileId = fact.fileId();
      upload.tenant = scope.tenant();
      upload.run = scope.run();
      upload.filename = nameKey(filename);
      upload.knownAt = Instant.now();
    } else if (upload.status != Status.RECEIVED || status == Status.RECEIVED) {
      return Optional.empty();
    }
    upload.status = status;
    upload.fact = JsonText.of(fact);
    upload.persist();
    return Optional.of(upload);
  }
}
