package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.Plan;
import java.util.Map;

/**
 * What a build made. {@code rowsIn = rowsKept + rowsRefused}, or it cannot be constructed.
 *
 * @param task as in {@link DatasetBuilt}, as is {@code format}; null in what was stored before
 *     there were tasks
 * @param manifest null for a dataset that was rejected, as the other parts are
 * @param validation null when the split gave none, as is {@code test}
 * @param examples JSON lines of {@link ExampleLine}
 * @param refused JSON lines of {@link RefusedLine}
 * @param refusals how many rows were refused, by code
 * @param report what a person should look at, as JSON; null in what was stored before there were
 *     reports, as {@code lineage} is
 * @param lineage which chunks tell what became of which rows
 */
public record DatasetFiles(
    String task,
    String format,
    BlobRef manifest,
    DatasetBuilt.Part train,
    DatasetBuilt.Part validation,
    DatasetBuilt.Part test,
    BlobRef examples,
    BlobRef refused,
    long rowsIn,
    long rowsKept,
    long rowsRefused,
    Map<String, Long> refusals,
    BlobRef report,
    BlobRef lineage) {

  public DatasetFiles {
    if (rowsIn != rowsKept + rowsRefused) {
      throw new IllegalStateException(
          "%d rows came in, but %d were kept and %d refused"
              .formatted(rowsIn, rowsKept, rowsRefused));
    }
  }

  /** The fact that the dataset of these files was built. */
  DatasetBuilt fact(String id, String name, Plan plan) {
    return new DatasetBuilt(
        id,
        name,
        task,
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
}
