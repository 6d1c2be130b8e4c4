package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import java.util.List;

/**
 * All that decides a dataset's bytes.
 *
 * @param files the sources of {@code spec}, in its order
 */
record Order(DatasetSpec spec, List<UploadParsed> files) {}
