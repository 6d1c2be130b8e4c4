package io.tunemesh.contract.upload;

import jakarta.validation.constraints.NotNull;
import java.util.Map;

/**
 * One row of a source as ingest-service read it: a line of the records blob.
 *
 * @param sheet null where the format has none; in an archive the path of the file
 * @param row counts from 1, as the source's own program shows it: a table's row, the line at which
 *     an object, a sentence or a speech begins, an array's element, a document's paragraph
 * @param values cell text by column name, verbatim; empty cells are absent. An array or an object
 *     of JSON is its compact JSON text
 */
public record SourceRecord(String sheet, int row, @NotNull Map<String, String> values) {}
