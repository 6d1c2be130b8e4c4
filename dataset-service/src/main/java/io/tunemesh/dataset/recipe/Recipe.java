package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import java.util.List;

/**
 * Turns the rows of one source into examples, in the order of the file. It may hold rows back until
 * it has seen those after them; when {@link #end} has been called, every row that was read is in
 * exactly one outcome. What it holds back is bounded, whatever the size of the source.
 */
public interface Recipe {

  /** Whether it reads each row by itself and holds none back. */
  default boolean isRowByRow() {
    return false;
  }

  /** Reads the next row and tells what is decided by now, of it or of rows before it. */
  List<Outcome> read(SourceRecord row);

  /** Tells what became of the rows that were held back; no row comes after. */
  List<Outcome> end();
}
