package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;

/**
 * A row of a source.
 *
 * @param sheet null where the format has none
 */
public record Place(String sheet, int row) {

  public static Place of(SourceRecord record) {
    return new Place(record.sheet(), record.row());
  }
}
