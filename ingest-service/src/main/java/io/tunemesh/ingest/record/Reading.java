package io.tunemesh.ingest.record;

import io.tunemesh.contract.upload.UploadParsed;
import java.util.List;

/**
 * What a reader found, beside the records that it wrote.
 *
 * @param kind as in {@link UploadParsed}
 */
public record Reading(String kind, List<UploadParsed.Sheet> sheets) {

  /** What the file {@code member} of an archive, or a sheet in it, is called. */
  static String inside(String member, String sheet) {
    return sheet == null || sheet.isEmpty() ? member : member + "/" + sheet;
  }

  /** Its sheets, as those of the file {@code member} of an archive. */
  public List<UploadParsed.Sheet> sheetsInside(String member) {
    return sheets.stream()
        .map(
            sheet ->
                new UploadParsed.Sheet(
                    inside(member, sheet.name()), sheet.headerRow(), sheet.columns(), sheet.rows()))
        .toList();
  }
}
