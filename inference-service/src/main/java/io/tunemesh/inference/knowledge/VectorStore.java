package io.tunemesh.inference.knowledge;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A set of documents that can be searched. */
@Entity
@Table(name = "vector_store")
public class VectorStore extends PanacheEntityBase {

  @Id private String id;
  private String tenant;
  private String name;
  private String description;
  private String metadata;

  @Column(name = "expires_days")
  private Integer expiresDays;

  @Column(name = "last_active_at")
  private Instant lastActiveAt;

  private long revision;

  @Column(name = "created_at")
  private Instant createdAt;

  static VectorStore of(String id, String tenant, StoreWish wish, Instant now) {
    VectorStore store = new VectorStore();
    store.id = id;
    store.tenant = tenant;
    store.lastActiveAt = now;
    store.createdAt = now;
    store.change(wish);
    return store;
  }

  /** Takes over what the wish names. */
  void change(StoreWish wish) {
    name = wish.names("name") ? wish.name() : name;
    description = wish.names("description") ? wish.description() : description;
    metadata = wish.names("metadata") ? JsonText.of(wish.metadata()) : metadata;
    expiresDays = wish.names("expires_after") ? wish.expiresDays() : expiresDays;
  }

  /** It was used, and stays for as long as it does from now on. */
  void used(Instant now) {
    lastActiveAt = now;
  }

  /** What can be found in it was changed. */
  void contentChanged(Instant now) {
    revision++;
    used(now);
  }

  /** It has expired, and what was in it is removed. */
  void emptied() {
    revision++;
  }

  boolean isExpired(Instant now) {
    return expiresAt() != null && expiresAt().isBefore(now);
  }

  /** Null where it stays. */
  Instant expiresAt() {
    return expiresDays == null ? null : lastActiveAt.plus(Duration.ofDays(expiresDays));
  }

  public String id() {
    return id;
  }

  String tenant() {
    return tenant;
  }

  String name() {
    return name;
  }

  String description() {
    return description;
  }

  @SuppressWarnings("unchecked")
  Map<String, String> metadata() {
    return metadata == null ? Map.of() : JsonText.read(metadata, Map.class);
  }

  Integer expiresDays() {
    return expiresDays;
  }

  Instant lastActiveAt() {
    return lastActiveAt;
  }

  long revision() {
    return revision;
  }

  Instant createdAt() {
    return createdAt;
  }
}
