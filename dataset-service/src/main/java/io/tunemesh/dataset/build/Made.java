package io.tunemesh.dataset.build;

import io.tunemesh.contract.Where;
import io.tunemesh.dataset.dataset.DatasetFiles;

/** What came of a build. */
sealed interface Made {

  /** All files are stored. */
  record Built(DatasetFiles files) implements Made {}

  /**
   * The inputs do not make a dataset.
   *
   * @param files what is known of the rows; null where none was read
   */
  record Rejected(DatasetFiles files, String code, String reason, Where where) implements Made {}
}
