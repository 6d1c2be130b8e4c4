package io.tunemesh.contract.upload;

import jakarta.validation.constraints.NotNull;
import java.util.Map;

/**
 * One row of a source as ingest-service read it: a line of the records blob.
 *
 * @param sheet null where the format has none
 * @param row counts from 1, as the source's own program shows it
 * @param values cell text by column name, verbatim; empty cells are absent
 */
public record SourceRecord(String sheet, int row, @NotNull Map<String, String> values) {}
