package io.tunemesh.inference.knowledge;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Set;

/** Files that were attached to a store together. How far each is, its {@link StoreFile} tells. */
@Entity
@Table(name = "vector_store_batch")
public class FileBatch extends PanacheEntityBase {

  /** Chooses the store files of a batch, by its store and its id. */
  static final String MEMBERS =
      "storeId = ?1 and fileId in (select m from FileBatch b join b.fileIds m where b.id = ?2)";

  @Id private String id;

  @Column(name = "store_id")
  private String storeId;

  private boolean cancelled;

  @Column(name = "created_at")
  private Instant createdAt;

  @ElementCollection
  @CollectionTable(name = "vector_store_batch_file", joinColumns = @JoinColumn(name = "batch_id"))
  @Column(name = "file_id")
  private Set<String> fileIds;

  static FileBatch of(String id, VectorStore store, Set<String> fileIds, Instant now) {
    FileBatch batch = new FileBatch();
    batch.id = id;
    batch.storeId = store.id();
    batch.fileIds = fileIds;
    batch.createdAt = now;
    return batch;
  }

  /** What of it was not read yet is not read any more; again is once. */
  void cancel() {
    cancelled = true;
  }

  String id() {
    return id;
  }

  String storeId() {
    return storeId;
  }

  boolean isCancelled() {
    return cancelled;
  }

  int size() {
    return fileIds.size();
  }

  Instant createdAt() {
    return createdAt;
  }
}
