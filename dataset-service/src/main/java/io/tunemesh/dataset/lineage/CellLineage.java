package io.tunemesh.dataset.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.dataset.DatasetView;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.lineage.SourceRows.SourceCell;
import io.tunemesh.dataset.lineage.SourceRows.SourceRow;
import java.util.List;

/**
 * What became of a cell, or of a row.
 *
 * @param object always {@code lineage}
 * @param data a page of the datasets that were made of the file, the newest first
 * @param onwards how to go on from a dataset to its adapters
 */
public record CellLineage(
    String object,
    SourceCellAt cell,
    List<InDataset> data,
    String lastId,
    boolean hasMore,
    List<Onwards> onwards) {

  /**
   * The cell that was asked for, with its text.
   *
   * @param column its letter; null where the whole row was asked for, as {@code header} is
   * @param cells those of the row that are not empty, or the one that was asked for; empty where
   *     the row or the cell is, or where the upload's records are there no more
   */
  @JsonInclude(Include.NON_NULL)
  public record SourceCellAt(
      String file,
      String fileId,
      String sheet,
      int row,
      String column,
      String header,
      List<SourceCell> cells) {

    static SourceCellAt of(
        UploadParsed file, Sheet sheet, int row, Column column, List<SourceRow> rows) {
      List<SourceCell> cells =
          rows.stream()
              .flatMap(found -> found.cells().stream())
              .filter(cell -> column == null || cell.header().equals(column.name()))
              .toList();
      return new SourceCellAt(
          file.filename(),
          file.fileId(),
          sheet.name().isEmpty() ? null : sheet.name(),
          row,
          column == null ? null : column.letter(),
          column == null ? null : column.name(),
          cells);
    }
  }

  /**
   * A dataset and what it has of the cell.
   *
   * @param examples those that show the row, and use the column where one was asked for; where an
   *     example shows several rows, all from its first to its last
   * @param refusals of the row, whichever of its cells is at fault
   * @param moreExamples whether there are more than a hundred
   * @param note why there is nothing; null where there is something
   */
  @JsonInclude(Include.NON_NULL)
  public record InDataset(
      String datasetId,
      String name,
      String status,
      long createdAt,
      List<Traced.Example> examples,
      List<RefusedLine> refusals,
      boolean moreExamples,
      String note) {

    static InDataset of(
        DatasetView view,
        List<Traced.Example> examples,
        List<RefusedLine> refusals,
        boolean more,
        String note) {
      return new InDataset(
          view.id(),
          view.name(),
          view.status().key(),
          view.createdAt(),
          examples,
          refusals,
          more,
          note == null ? null : "the dataset " + note);
    }
  }

  /** The event that joins what is known to what comes next, by the field that both have. */
  public record Onwards(String event, String topic, String by, String gives) {

    static final List<Onwards> ALL =
        List.of(
            new Onwards("TrainingQueued", "tunemesh.training", "dataset_id", "job_id"),
            new Onwards("AdapterPublished", "tunemesh.adapters", "job_id", "adapter_id"));
  }
}
