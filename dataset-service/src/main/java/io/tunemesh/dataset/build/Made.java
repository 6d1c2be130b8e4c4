package io.tunemesh.dataset.build;

import io.tunemesh.contract.Where;
import io.tunemesh.dataset.augment.Ask;
import io.tunemesh.dataset.dataset.DatasetFiles;
import java.util.List;

/** What came of a build. */
sealed interface Made {

  /** All files are stored. */
  record Built(DatasetFiles files) implements Made {}

  /** Examples are to be written by served models before the dataset can be made. */
  record Asks(List<Ask> asks) implements Made {}

  /** What served models were asked for has not come yet. */
  record Waits() implements Made {}

  /**
   * The inputs do not make a dataset.
   *
   * @param files what is known of the rows; null where none was read
   */
  record Rejected(DatasetFiles files, String code, String reason, Where where) implements Made {}
}
