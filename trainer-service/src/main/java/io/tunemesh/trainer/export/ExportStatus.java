package io.tunemesh.trainer.export;

import java.util.Locale;

/** Where an export is in its life. The last two are final. */
public enum ExportStatus {
  QUEUED,
  /** Held by a worker under a lease. */
  RUNNING,
  SUCCEEDED,
  FAILED;

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isFinal() {
    return this == SUCCEEDED || this == FAILED;
  }
}
