package io.tunemesh.contract.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * Emitted after every record of an upload is stored.
 *
 * @param kind what the content was found to be, as {@code workbook}
 * @param records JSON lines of {@link SourceRecord}
 * @param rows how many lines {@code records} has
 * @param sheets in the workbook's order; empty where the format has none
 */
public record UploadParsed(
    @NotNull String fileId,
    @NotNull String filename,
    @NotNull String kind,
    @NotNull BlobRef records,
    long rows,
    @NotNull List<Sheet> sheets,
    String recipe,
    Plan plan)
    implements UploadEvent {

  /**
   * One sheet of a workbook: where its header stands, its columns, and the count of records it
   * gave.
   *
   * @param headerRow counts from 1, as the program shows it
   */
  public record Sheet(
      @NotNull String name, int headerRow, @NotNull List<Column> columns, long rows) {}

  /** A column by its header's text and its letter. */
  public record Column(@NotNull String name, @NotNull String letter) {}
}
