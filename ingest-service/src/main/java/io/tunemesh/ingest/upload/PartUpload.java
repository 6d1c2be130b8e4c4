package io.tunemesh.ingest.upload;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Refusal;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A file that comes in parts, until they are put together, cancelled, or too late. */
@Entity
public class PartUpload extends PanacheEntityBase {

  @Id private String id;
  @Version private int version;
  private String tenant;
  private String run;
  private String traceparent;
  private String filename;
  private String purpose;
  private String mimeType;
  private String recipe;
  private String plan;
  private long bytes;

  @Enumerated(EnumType.STRING)
  private PartUploadStatus status;

  private Instant createdAt;
  private Instant expiresAt;
  private String fileId;
  private boolean purged;
  private String joiner;
  private Instant joinedUntil;

  protected PartUpload() {}

  /** One that waits for its parts for {@code lifetime}. */
  PartUpload(NewUpload asked, String mimeType, long bytes, Duration lifetime) {
    this.id = asked.id();
    this.tenant = asked.scope().tenant();
    this.run = asked.scope().run();
    this.traceparent = asked.scope().traceparent();
    this.filename = asked.filename();
    this.purpose = asked.purpose();
    this.mimeType = mimeType;
    this.recipe = asked.recipe();
    this.plan = JsonText.of(asked.plan());
    this.bytes = bytes;
    this.status = PartUploadStatus.PENDING;
    this.createdAt = Instant.now();
    this.expiresAt = createdAt.plus(lifetime);
  }

  /** From now on {@code joiner} puts the parts together. */
  void join(String joiner, Instant until) {
    requirePending();
    this.joiner = joiner;
    this.joinedUntil = until;
  }

  /** Whether someone puts the parts together, whom no other may disturb. */
  boolean isJoined() {
    return joinedUntil != null && Instant.now().isBefore(joinedUntil);
  }

  /** Whether it is {@code joiner} who puts the parts together. */
  boolean isJoinedBy(String joiner) {
    return joiner.equals(this.joiner);
  }

  /** The parts are one file now. */
  void complete() {
    requirePending();
    status = PartUploadStatus.COMPLETED;
    fileId = file().id();
    free();
  }

  private void free() {
    joiner = null;
    joinedUntil = null;
  }

  /** Its owner does not want it any more; once more is no error. */
  void cancel() {
    if (status() != PartUploadStatus.CANCELLED) {
      requirePending();
      status = PartUploadStatus.CANCELLED;
      free();
    }
  }

  /** Its time is over, which {@link #status()} says without this. */
  void expire() {
    if (status() == PartUploadStatus.EXPIRED) {
      status = PartUploadStatus.EXPIRED;
    }
  }

  /** Refuses what only an upload that waits for parts can do. */
  void requirePending() {
    if (status() != PartUploadStatus.PENDING) {
      throw Refusal.invalid(
          "upload_not_pending",
          "The upload '%s' is %s; create another."
              .formatted(id, status().name().toLowerCase(Locale.ROOT)),
          "upload_id");
    }
  }

  /** The file that it becomes, always under the same id. */
  NewUpload file() {
    return new NewUpload(
        fileId(id), new Scope(tenant, run, traceparent), filename, purpose, recipe, plan());
  }

  private static String fileId(String id) {
    return Ids.derived("file-", id);
  }

  /** Where the bytes of the file are put together. */
  static String fileKey(String id) {
    return "uploads/" + fileId(id) + "/content";
  }

  /** Its status at this moment: who began to put the parts together in time is in time. */
  PartUploadStatus status() {
    boolean late =
        status == PartUploadStatus.PENDING && Instant.now().isAfter(expiresAt) && !isJoined();
    return late ? PartUploadStatus.EXPIRED : status;
  }

  private Plan plan() {
    return JsonText.read(plan, Plan.class);
  }

  String id() {
    return id;
  }

  String filename() {
    return filename;
  }

  String purpose() {
    return purpose;
  }

  long bytes() {
    return bytes;
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant expiresAt() {
    return expiresAt;
  }

  /** The file, once it is completed. */
  String fileId() {
    return fileId;
  }
}
