package io.tunemesh.inference.alias;

import java.util.Locale;

/** What was done to an alias. */
public enum AliasChange {
  CREATED,
  REPLACED,
  PROMOTED,
  SPLIT,
  SHADOWED,
  ROLLED_BACK,
  DELETED;

  /** Its name in events and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
