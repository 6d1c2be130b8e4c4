package io.tunemesh.inference.alias;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The alias that a plan wants for an adapter which does not serve yet. */
@Entity
@Table(name = "alias_wish")
public class AliasWish extends PanacheEntityBase {

  @Id
  @Column(name = "adapter_id")
  private String adapterId;

  private String name;

  static AliasWish of(String adapterId, String name) {
    AliasWish wish = new AliasWish();
    wish.adapterId = adapterId;
    wish.name = name;
    return wish;
  }

  /** The alias that was wished for, which is forgotten now; null if none was. */
  static String take(String adapterId) {
    AliasWish wish = findById(adapterId);
    if (wish == null) {
      return null;
    }
    wish.delete();
    return wish.name;
  }
}
