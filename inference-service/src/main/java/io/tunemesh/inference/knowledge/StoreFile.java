package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.Lease;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A document of a store, on its way to be found; each change refuses the states it does not fit.
 */
@Entity
@Table(name = "vector_store_file")
public class StoreFile extends PanacheEntityBase {

  enum Status {
    IN_PROGRESS,
    COMPLETED,
    FAILED,
    /** Its batch was cancelled before it was read. */
    CANCELLED
  }

  @Id private String id;

  @Column(name = "store_id")
  private String storeId;

  private String tenant;

  @Column(name = "file_id")
  private String fileId;

  private String filename;
  private String attributes;

  @Column(name = "chunk_size")
  private int chunkSize;

  private int overlap;

  @Enumerated(EnumType.STRING)
  private Status status;

  private String code;
  private String reason;
  private int chunks;
  private long bytes;
  @Embedded private Lease lease;

  @Column(name = "not_before")
  private Instant notBefore;

  private int tries;

  /** When it was attached first: its place in lists, which clients attach from anew as they go. */
  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "attached_at")
  private Instant attachedAt;

  @Version private long version;

  static StoreFile of(String id, VectorStore store, FileWish wish, Instant now) {
    StoreFile file = new StoreFile();
    file.id = id;
    file.storeId = store.id();
    file.tenant = store.tenant();
    file.fileId = wish.fileId();
    file.attributes = JsonText.of(wish.attributes());
    file.chunkSize = wish.chunkSize();
    file.overlap = wish.overlap();
    file.status = Status.IN_PROGRESS;
    file.lease = new Lease();
    file.notBefore = now;
    file.createdAt = now;
    file.attachedAt = now;
    return file;
  }

  /** In the place of one that was in vain. */
  StoreFile inPlaceOf(StoreFile vain) {
    createdAt = vain.createdAt;
    return this;
  }

  /** A replica begins; also takes over from one whose lease has run out. */
  Claim claim(String owner, Instant now, Instant until) {
    require(status == Status.IN_PROGRESS && lease.isFree(now), "be claimed");
    return lease.take(id, owner, until);
  }

  /** Its upload is not read yet, or something was away. */
  void defer(Instant then, boolean fault) {
    require(status == Status.IN_PROGRESS, "be deferred");
    notBefore = then;
    tries += fault ? 1 : 0;
    lease.end();
  }

  void complete(String name, int chunkCount, long byteCount) {
    require(status == Status.IN_PROGRESS, "complete");
    status = Status.COMPLETED;
    filename = name;
    chunks = chunkCount;
    bytes = byteCount;
    lease.end();
  }

  /**
   * @param failure one of OpenAI's: {@code server_error}, {@code unsupported_file}, {@code
   *     invalid_file}
   */
  void fail(String failure, String why) {
    require(status == Status.IN_PROGRESS, "fail");
    status = Status.FAILED;
    code = failure;
    reason = why;
    lease.end();
  }

  void cancel() {
    require(status == Status.IN_PROGRESS, "be cancelled");
    status = Status.CANCELLED;
    lease.end();
  }

  /** Whether it may be attached anew. */
  boolean isVain() {
    return status == Status.FAILED || status == Status.CANCELLED;
  }

  /** Whether attaching it so makes no other of it. */
  boolean isAs(FileWish wish) {
    return chunkSize == wish.chunkSize()
        && overlap == wish.overlap()
        && Objects.equals(attributes, JsonText.of(wish.attributes()));
  }

  void attributes(ObjectNode now) {
    attributes = JsonText.of(now);
  }

  /** The right of the replica that works on it. */
  Claim held() {
    return new Claim(id, lease.fence(), lease.owner());
  }

  private void require(boolean allowed, String change) {
    if (!allowed) {
      throw new IllegalStateException("the file " + id + " is " + status + ", cannot " + change);
    }
  }

  boolean isHeldUnder(Claim claim) {
    return status == Status.IN_PROGRESS && lease.isHeldUnder(claim.fence());
  }

  /** Whether it has waited so long. */
  boolean waitedFor(Duration time, Instant now) {
    return attachedAt.plus(time).isBefore(now);
  }

  String id() {
    return id;
  }

  String storeId() {
    return storeId;
  }

  String tenant() {
    return tenant;
  }

  String fileId() {
    return fileId;
  }

  /** Null until it is completed. */
  String filename() {
    return filename;
  }

  /** Null where it has none. */
  ObjectNode attributes() {
    return JsonText.read(attributes, ObjectNode.class);
  }

  int chunkSize() {
    return chunkSize;
  }

  int overlap() {
    return overlap;
  }

  Status status() {
    return status;
  }

  String code() {
    return code;
  }

  String reason() {
    return reason;
  }

  int chunks() {
    return chunks;
  }

  long bytes() {
    return bytes;
  }

  int tries() {
    return tries;
  }

  Instant createdAt() {
    return createdAt;
  }
}
