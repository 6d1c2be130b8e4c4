package io.tunemesh.ingest.record;

import io.tunemesh.contract.upload.UploadParsed;
import java.util.List;

/**
 * What a reader found, beside the records that it wrote.
 *
 * @param kind as in {@link UploadParsed}
 */
public record Reading(String kind, List<UploadParsed.Sheet> sheets) {}
