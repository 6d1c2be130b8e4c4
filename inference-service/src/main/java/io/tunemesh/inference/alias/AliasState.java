package io.tunemesh.inference.alias;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/** One version of an alias; never changed once it is written. */
@Entity
@Table(name = "alias_state")
@IdClass(AliasState.Key.class)
public class AliasState extends PanacheEntityBase {

  /** Which version of which alias. */
  public record Key(String aliasId, int version) {}

  @Id
  @Column(name = "alias_id")
  private String aliasId;

  @Id private int version;

  @Enumerated(EnumType.STRING)
  private AliasChange change;

  @Convert(converter = TargetsConverter.class)
  private List<AliasTarget> targets;

  @Convert(converter = ShadowConverter.class)
  private AliasShadow shadow;

  private boolean deleted;
  private Integer back;

  @Column(name = "changed_by")
  private String changedBy;

  private Instant at;

  static AliasState of(Alias alias, AliasChange change, Integer back, String by, Instant now) {
    AliasState state = new AliasState();
    state.aliasId = alias.id();
    state.version = alias.version();
    state.change = change;
    state.targets = alias.targets();
    state.shadow = alias.shadow();
    state.deleted = alias.deleted();
    state.back = back;
    state.changedBy = by;
    state.at = now;
    return state;
  }

  int version() {
    return version;
  }

  AliasChange change() {
    return change;
  }

  /** The version that a rollback from this one returns to; null if there is none. */
  Integer back() {
    return back;
  }

  String changedBy() {
    return changedBy;
  }

  Instant at() {
    return at;
  }

  Pointing pointing() {
    return new Pointing(targets, shadow);
  }
}
