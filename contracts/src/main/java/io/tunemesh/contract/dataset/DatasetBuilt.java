package io.tunemesh.contract.dataset;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;

/**
 * Emitted after all files of a dataset are stored. {@code rowsIn = rowsKept + rowsRefused}, always.
 *
 * @param manifest JSON: hashes, counts, templates, sources, lineage
 * @param train chat-messages JSON lines; {@code validation} and {@code test} are null when the
 *     split gave none
 * @param format {@code exam} where the outputs have the exam's canonical form, else null
 */
public record DatasetBuilt(
    @NotNull String datasetId,
    String name,
    String format,
    @NotNull BlobRef manifest,
    @NotNull Part train,
    Part validation,
    Part test,
    long rowsIn,
    long rowsKept,
    long rowsRefused,
    Plan plan)
    implements DatasetEvent {

  /** One split. */
  public record Part(@NotNull BlobRef lines, long examples) {}
}
