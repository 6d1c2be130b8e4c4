package io.tunemesh.inference.rule;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One version of a rule set; never changed. */
@Entity
@Table(name = "rule_set")
public class RuleSetVersion extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long change;

  private String tenant;
  private String name;
  private int version;
  private String body;

  @Column(name = "created_at")
  private Instant createdAt;

  /**
   * @param before null for the first version
   * @param spec null for the version that ends the set
   */
  static RuleSetVersion after(
      RuleSetVersion before, String tenant, String name, RulesSpec spec, Instant now) {
    RuleSetVersion version = new RuleSetVersion();
    version.tenant = tenant;
    version.name = name;
    version.version = before == null ? 1 : before.version + 1;
    version.body = JsonText.of(spec);
    version.createdAt = now;
    return version;
  }

  /** The place among the changes of all sets; grows in the order of the commits. */
  long change() {
    return change;
  }

  String tenant() {
    return tenant;
  }

  String name() {
    return name;
  }

  int version() {
    return version;
  }

  /** Null where this version ends the set. */
  RulesSpec spec() {
    return JsonText.read(body, RulesSpec.class);
  }

  boolean isDeleted() {
    return body == null;
  }

  Instant createdAt() {
    return createdAt;
  }
}
