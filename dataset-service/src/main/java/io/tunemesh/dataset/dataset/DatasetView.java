package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.Plan;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dataset as clients see it. The counts are null until it was built or rejected for its rows.
 *
 * @param object always {@code dataset}
 * @param createdAt seconds since 1970, as {@code finishedAt}
 * @param waitingFor the sources that did not come yet, as they were asked for
 * @param progress how far the build is, some seconds old; null where none is at work
 * @param splits lines by part, for those that have any
 * @param refusals refused rows by code
 * @param error null unless it was rejected
 */
public record DatasetView(
    String id,
    String object,
    String name,
    String run,
    Status status,
    long createdAt,
    Long finishedAt,
    String task,
    String format,
    List<SourceView> sources,
    List<String> waitingFor,
    BuildProgress progress,
    Long rowsIn,
    Long rowsKept,
    Long rowsRefused,
    Map<String, Long> splits,
    Map<String, Long> refusals,
    BlobRef manifest,
    ErrorView error,
    Plan plan) {

  /** A source as it was asked for, and the file it is; null until that came. */
  public record SourceView(String file, String fileId) {}

  /** Why a dataset was rejected. */
  public record ErrorView(String code, String message, Where where) {}

  /** What clients see of {@code dataset}. */
  public static DatasetView of(Dataset dataset) {
    DatasetFiles files = dataset.files();
    Standing standing = dataset.standing;
    return new DatasetView(
        dataset.id,
        "dataset",
        dataset.name,
        dataset.run,
        standing.status,
        dataset.createdAt.getEpochSecond(),
        standing.finishedAt == null ? null : standing.finishedAt.getEpochSecond(),
        files == null ? null : files.task(),
        files == null ? null : files.format(),
        dataset.sources.stream().map(s -> new SourceView(s.asked, s.fileId)).toList(),
        dataset.waitingFor(),
        dataset.lease.isFree(Instant.now()) ? null : standing.progress(),
        files == null ? null : files.rowsIn(),
        files == null ? null : files.rowsKept(),
        files == null ? null : files.rowsRefused(),
        files == null ? Map.of() : splits(files),
        files == null ? Map.of() : files.refusals(),
        files == null ? null : files.manifest(),
        standing.code == null
            ? null
            : new ErrorView(standing.code, standing.reason, standing.where()),
        dataset.plan());
  }

  private static Map<String, Long> splits(DatasetFiles files) {
    Map<String, Long> splits = new LinkedHashMap<>();
    put(splits, "train", files.train());
    put(splits, "validation", files.validation());
    put(splits, "test", files.test());
    return splits;
  }

  private static void put(Map<String, Long> splits, String name, DatasetBuilt.Part part) {
    if (part != null) {
      splits.put(name, part.examples());
    }
  }
}
