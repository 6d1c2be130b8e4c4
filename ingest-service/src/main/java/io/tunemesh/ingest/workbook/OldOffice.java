package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import java.nio.file.Path;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Tells what a file in Office's older container is, to say to its owner what to do. */
final class OldOffice {

  private OldOffice() {}

  /** The refusal of {@code file}. */
  static Unreadable refusal(Path file) {
    try (POIFSFileSystem container = new POIFSFileSystem(file.toFile(), true)) {
      if (container.getRoot().hasEntryCaseInsensitive(EncryptionInfo.ENCRYPTION_INFO_ENTRY)) {
        return Unreadable.file(
            "encrypted",
            "The workbook is protected by a password; save it without one and upload it again.");
      }
      if (!container.getRoot().hasEntryCaseInsensitive("Workbook")
          && !container.getRoot().hasEntryCaseInsensitive("Book")) {
        return Unreadable.file(
            "unsupported_type",
            "The file is an old Office file, but no workbook; upload an Excel workbook (.xlsx).");
      }
    } catch (Throwable damaged) {
      return Unreadable.file(
          "damaged",
          "The file is an old Office file that is damaged or cut off; save it anew as an Excel"
              + " workbook (.xlsx) and upload that.");
    }
    return Unreadable.file(
        "old_workbook",
        "The workbook has the format of Excel 97-2003 (.xls); save it as an Excel workbook (.xlsx)"
            + " and upload that.");
  }
}
