package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.dataset.token.Counting;
import java.util.List;

/**
 * All that decides a dataset's bytes.
 *
 * @param files the sources of {@code spec}, in its order
 * @param counting what counts the examples' tokens
 */
record Order(DatasetSpec spec, List<UploadParsed> files, Counting counting) {

  /** An order whose examples are not counted. */
  Order(DatasetSpec spec, List<UploadParsed> files) {
    this(spec, files, Counting.NONE);
  }

  /** What {@code dataset}, which has all its sources, is to be made of. */
  static Order of(Dataset dataset, Counting counting) {
    List<UploadParsed> files =
        dataset.sources().stream()
            .map(source -> KnownUpload.<KnownUpload>findById(source.fileId()))
            .map(upload -> (UploadParsed) upload.fact())
            .toList();
    return new Order(dataset.plan().dataset(), files, counting);
  }
}
