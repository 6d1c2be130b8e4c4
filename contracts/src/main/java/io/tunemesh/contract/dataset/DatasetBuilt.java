package io.tunemesh.contract.dataset;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Emitted after all files of a dataset are stored. {@code rowsIn = rowsKept + rowsRefused}, always.
 *
 * @param manifest JSON: hashes, counts, templates, sources, lineage
 * @param train chat-messages JSON lines, or lines of a {@code text} where the task is {@code pt};
 *     {@code validation} and {@code test} are null when the split gave none
 * @param task what the examples are for: {@code sft} answers instructions, {@code pt} goes on with
 *     pre-training on plain text, and the others are instructions too, each with one kind of
 *     answer; null means {@code sft}
 * @param format {@code exam} where the outputs have the exam's canonical form, else null
 */
public record DatasetBuilt(
    @NotNull String datasetId,
    String name,
    @Pattern(regexp = "sft|pt|classification|regression|tagging") String task,
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

  /** A dataset of instructions. */
  public DatasetBuilt(
      String datasetId,
      String name,
      String format,
      BlobRef manifest,
      Part train,
      Part validation,
      Part test,
      long rowsIn,
      long rowsKept,
      long rowsRefused,
      Plan plan) {
    this(
        datasetId,
        name,
        null,
        format,
        manifest,
        train,
        validation,
        test,
        rowsIn,
        rowsKept,
        rowsRefused,
        plan);
  }

  /** One split. */
  public record Part(@NotNull BlobRef lines, long examples) {}
}
