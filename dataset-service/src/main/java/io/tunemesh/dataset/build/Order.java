package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.source.KnownUpload;
import java.util.List;

/**
 * All that decides a dataset's bytes.
 *
 * @param files the sources of {@code spec}, in its order
 */
record Order(DatasetSpec spec, List<UploadParsed> files) {

  /** What {@code dataset}, which has all its sources, is to be made of. */
  static Order of(Dataset dataset) {
    List<UploadParsed> files =
        dataset.sources().stream()
            .map(source -> KnownUpload.<KnownUpload>findById(source.fileId()))
            .map(upload -> (UploadParsed) upload.fact())
            .toList();
    return new Order(dataset.plan().dataset(), files);
  }
}
