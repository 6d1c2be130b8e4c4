package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Where a dataset is: waiting → building → built or rejected; waiting → rejected; any → deleted,
 * which nobody sees.
 */
public enum Status {
  WAITING,
  BUILDING,
  BUILT,
  REJECTED,
  DELETED;

  /** The name on the wire. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
