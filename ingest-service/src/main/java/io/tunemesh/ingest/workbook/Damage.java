package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import org.jboss.logging.Logger;

/** Says in its owner's terms what it was in a file that the parsers could not bear. */
final class Damage {

  private static final Logger LOG = Logger.getLogger(Damage.class);

  private Damage() {}

  static Unreadable of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      if (cause instanceof Unreadable known) {
        return known;
      }
      String message = cause.getMessage() == null ? "" : cause.getMessage();
      if (message.contains("Zip bomb detected")) {
        return Unreadable.file(
            "zip_bomb",
            "The file is packed far more tightly than any workbook; save the table anew.");
      }
      if (message.contains("DOCTYPE")) {
        return Unreadable.file(
            "doctype", "The workbook's XML declares a DOCTYPE, which none needs; save it anew.");
      }
    }
    LOG.infof("A workbook was refused as damaged, cause=%s", thrown);
    return Unreadable.file(
        "damaged", "The workbook is damaged or was cut off; save it anew and upload it again.");
  }

  private static Throwable next(Throwable thrown) {
    return thrown.getCause() == thrown ? null : thrown.getCause();
  }
}
