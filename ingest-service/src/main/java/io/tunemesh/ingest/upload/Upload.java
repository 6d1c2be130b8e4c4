package io.tunemesh.ingest.upload;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;

/**
 * A file on its way from its arrival to its records. A worker holds it by a lease, whose number,
 * the fence, every later word of the worker must carry: a worker that lost its lease changes
 * nothing.
 */
@Entity
public class Upload extends PanacheEntityBase {

  @Id private String id;

  @Column(insertable = false, updatable = false)
  private long seq;

  @Version private int version;
  private String tenant;
  private String run;
  private String traceparent;
  private String filename;
  private String purpose;
  private String recipe;
  private String plan;

  @Enumerated(EnumType.STRING)
  private UploadStatus status;

  private Instant createdAt;
  private String sourceKey;
  private String sourceSha256;
  private Long sourceBytes;
  private String sha256;
  private Long bytes;
  private String recordsKey;
  private Long rowCount;
  private String code;
  private String reason;
  private String owner;
  private Instant dueAt;
  private int fence;
  private int crashes;
  private int faults;
  private boolean purged;

  protected Upload() {}

  private Upload(NewUpload asked, UploadStatus status) {
    this.id = asked.id();
    this.tenant = asked.scope().tenant();
    this.run = asked.scope().run();
    this.traceparent = asked.scope().traceparent();
    this.filename = asked.filename();
    this.purpose = asked.purpose();
    this.recipe = asked.recipe();
    this.plan = JsonText.of(asked.plan());
    this.status = status;
    this.createdAt = Instant.now();
    this.dueAt = Instant.EPOCH;
  }

  /** An upload whose bytes are stored. */
  static Upload received(NewUpload asked, BlobRef content) {
    Upload upload = new Upload(asked, UploadStatus.RECEIVED);
    upload.sha256 = content.sha256();
    upload.bytes = content.bytes();
    return upload;
  }

  /** An upload whose bytes are to be copied from {@code source}. */
  static Upload requested(NewUpload asked, BlobRef source) {
    Upload upload = new Upload(asked, UploadStatus.REQUESTED);
    upload.sourceKey = source.key();
    upload.sourceSha256 = source.sha256();
    upload.sourceBytes = source.bytes();
    return upload;
  }

  /** An upload that cannot be, kept so that its owner can ask what became of it. */
  static Upload refused(NewUpload asked, String code, String reason) {
    Upload upload = new Upload(asked, UploadStatus.REJECTED);
    upload.code = code;
    upload.reason = reason;
    return upload;
  }

  /**
   * Gives a worker the lease until {@code until}; a lease that ran out before counts as a crash.
   */
  public void lease(String worker, Instant until) {
    if (owner != null) {
      crashes++;
    }
    switch (status) {
      case REQUESTED, PARSING -> {}
      case RECEIVED -> status = UploadStatus.PARSING;
      default -> throw new IllegalTransition(this, "leased");
    }
    owner = worker;
    dueAt = until;
    fence++;
  }

  /** The bytes asked for are stored under our key; the lease is over. */
  public void received(int fence, BlobRef content) {
    require(fence, UploadStatus.REQUESTED);
    status = UploadStatus.RECEIVED;
    sha256 = content.sha256();
    bytes = content.bytes();
    free(Instant.EPOCH);
    crashes = 0;
    faults = 0;
  }

  /** The records are stored; the lease is over. */
  public void parsed(int fence, BlobRef records, long rows) {
    require(fence, UploadStatus.PARSING);
    status = UploadStatus.PARSED;
    recordsKey = records.key();
    rowCount = rows;
    free(Instant.EPOCH);
  }

  /** It cannot be read; the lease is over. */
  public void reject(int fence, String code, String reason) {
    require(fence, status == UploadStatus.REQUESTED ? status : UploadStatus.PARSING);
    status = UploadStatus.REJECTED;
    this.code = code;
    this.reason = reason;
    free(Instant.EPOCH);
  }

  /** The worker gives it back undone, for a fault that is not the file's, until {@code due}. */
  public void release(int fence, Instant due, boolean fault) {
    require(fence, status == UploadStatus.REQUESTED ? status : UploadStatus.PARSING);
    if (status == UploadStatus.PARSING) {
      status = UploadStatus.RECEIVED;
    }
    faults += fault ? 1 : 0;
    free(due);
  }

  /** Its owner does not want it any more. Its blobs are to be purged. */
  public void delete() {
    if (status == UploadStatus.DELETED) {
      throw new IllegalTransition(this, "deleted again");
    }
    status = UploadStatus.DELETED;
    free(Instant.EPOCH);
  }

  private void free(Instant due) {
    owner = null;
    dueAt = due;
  }

  private void require(int fence, UploadStatus expected) {
    if (this.fence != fence || status != expected || owner == null) {
      throw new LeaseLost(id, fence);
    }
  }

  /** Our own key of the bytes. */
  public String contentKey() {
    return "uploads/" + id + "/content";
  }

  /** The key of the records that the holder of the lease {@code fence} writes. */
  public String recordsKey(int fence) {
    return "uploads/" + id + "/records-" + fence + ".jsonl";
  }

  /** The stored bytes. */
  public BlobRef content() {
    return new BlobRef(contentKey(), sha256, bytes);
  }

  /** Where the bytes are that an event asked for; null for an upload by HTTP. */
  public BlobRef source() {
    return sourceKey == null ? null : new BlobRef(sourceKey, sourceSha256, sourceBytes);
  }

  /** For whom, and as part of what. */
  public Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  /** The plan that rides along; may be null. */
  public Plan plan() {
    return JsonText.read(plan, Plan.class);
  }

  public String id() {
    return id;
  }

  public long seq() {
    return seq;
  }

  public String tenant() {
    return tenant;
  }

  public String run() {
    return run;
  }

  public String filename() {
    return filename;
  }

  public String purpose() {
    return purpose;
  }

  public String recipe() {
    return recipe;
  }

  public UploadStatus status() {
    return status;
  }

  public Instant createdAt() {
    return createdAt;
  }

  /** How many bytes; 0 while they are not stored. */
  public long bytes() {
    return bytes == null ? 0 : bytes;
  }

  /** Why it was rejected. */
  public String reason() {
    return reason;
  }

  /** The number of the last lease. */
  public int fence() {
    return fence;
  }

  /** How many workers lost it without a word. */
  public int crashes() {
    return crashes;
  }

  /** How often it was given back for a fault that is not the file's. */
  public int faults() {
    return faults;
  }
}
