package io.tunemesh.inference.quota;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;

/** The limits that an operator or admin has set for a tenant or one of its keys. */
@Entity
@IdClass(Quota.Key.class)
public class Quota extends PanacheEntityBase {

  /** The name of the key where the whole tenant is meant. */
  static final String TENANT = "";

  /** Whose limits. */
  public record Key(String tenant, String keyName) {}

  @Id private String tenant;

  @Id
  @Column(name = "key_name")
  private String keyName;

  @Column(name = "requests_per_minute")
  private Long requestsPerMinute;

  @Column(name = "tokens_per_minute")
  private Long tokensPerMinute;

  private Integer concurrency;
  private Integer weight;

  @Enumerated(EnumType.STRING)
  private Priority priority;

  @Enumerated(EnumType.STRING)
  @Column(name = "highest_priority")
  private Priority highestPriority;

  private int version;

  static Quota of(String tenant, String keyName) {
    Quota quota = new Quota();
    quota.tenant = tenant;
    quota.keyName = keyName;
    return quota;
  }

  /** From now on these hold. */
  void set(Limits limits) {
    requestsPerMinute = limits.requestsPerMinute();
    tokensPerMinute = limits.tokensPerMinute();
    concurrency = limits.concurrency();
    weight = limits.weight();
    priority = limits.priority();
    highestPriority = limits.highestPriority();
    version++;
  }

  String tenant() {
    return tenant;
  }

  String keyName() {
    return keyName;
  }

  int version() {
    return version;
  }

  Limits limits() {
    return new Limits(
        requestsPerMinute, tokensPerMinute, concurrency, weight, priority, highestPriority);
  }
}
