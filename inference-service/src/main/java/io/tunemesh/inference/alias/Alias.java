package io.tunemesh.inference.alias;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.platform.event.Ids;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;

/** A stable name and where it points now. Each change makes a version; a deleted one comes back. */
@Entity
public class Alias extends PanacheEntityBase {

  @Id private String id;
  private String tenant;
  private String name;
  private int version;

  @Convert(converter = TargetsConverter.class)
  private List<AliasTarget> targets;

  @Convert(converter = ShadowConverter.class)
  private AliasShadow shadow;

  private boolean deleted;

  @Column(name = "created_at")
  private Instant createdAt;

  static Alias named(String tenant, String name, Instant now) {
    Alias alias = new Alias();
    alias.id = Ids.derived("alias-", tenant + "/" + name);
    alias.tenant = tenant;
    alias.name = name;
    alias.targets = List.of();
    alias.deleted = true;
    alias.createdAt = now;
    return alias;
  }

  /** From now on it points there. */
  void point(Pointing pointing) {
    version++;
    targets = pointing.targets();
    shadow = pointing.shadow();
    deleted = false;
  }

  /** It is a name of nothing. */
  void free() {
    if (deleted) {
      throw new IllegalStateException("alias " + id + " is deleted already");
    }
    version++;
    targets = List.of();
    shadow = null;
    deleted = true;
  }

  public String id() {
    return id;
  }

  public String tenant() {
    return tenant;
  }

  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  public List<AliasTarget> targets() {
    return targets;
  }

  public AliasShadow shadow() {
    return shadow;
  }

  public boolean deleted() {
    return deleted;
  }

  public Instant createdAt() {
    return createdAt;
  }

  Pointing pointing() {
    return new Pointing(targets, shadow);
  }
}
