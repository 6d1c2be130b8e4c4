package io.tunemesh.contract.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * Emitted after every record of an upload is stored.
 *
 * @param kind what the content was found to be: {@code workbook}, {@code csv}, {@code tsv}, {@code
 *     json}, {@code jsonl}, {@code parquet}, {@code bio}, {@code script}, {@code text}, {@code
 *     markdown}, {@code pdf}, {@code docx} or {@code archive}; there may be more
 * @param records JSON lines of {@link SourceRecord}
 * @param rows how many lines {@code records} has
 * @param sheets in the workbook's order; a format that has none has one without a name, and each
 *     file of an archive is one
 * @param chunks of {@code records}, in their order and all of them; absent where it was not cut
 */
public record UploadParsed(
    @NotNull String fileId,
    @NotNull String filename,
    @NotNull String kind,
    @NotNull BlobRef records,
    long rows,
    @NotNull List<Sheet> sheets,
    String recipe,
    Plan plan,
    List<Chunk> chunks)
    implements UploadEvent {

  /**
   * Whole rows of {@code records}, so that several can read a large file at the same time.
   *
   * @param offset of its first byte
   * @param sha256 of its bytes, in lower-case hexadecimal
   */
  public record Chunk(long offset, long bytes, @NotNull String sha256, long rows) {}

  /**
   * One table: where its header stands, its columns, and the count of records it gave.
   *
   * @param name a sheet's; empty where the format has none; the path of an archive's file, and
   *     behind that the sheet in it, as {@code a/b.xlsx/Sheet1}
   * @param headerRow counts from 1, as the program shows it; 0 where there is none
   */
  public record Sheet(
      @NotNull String name, int headerRow, @NotNull List<Column> columns, long rows) {}

  /**
   * A column by its header's text and its letter; where the format has no letters, by its name
   * twice.
   */
  public record Column(@NotNull String name, @NotNull String letter) {}
}
