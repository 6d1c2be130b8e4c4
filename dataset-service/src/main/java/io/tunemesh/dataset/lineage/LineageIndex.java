package io.tunemesh.dataset.lineage;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rows of which files became which examples of a dataset. The lines of a dataset are cut into
 * chunks of some thousand, without their words, and a directory tells the rows of each; so a
 * question about a cell reads the directory and the few chunks that may hold its row, however large
 * the dataset is. Its bytes follow from the dataset's lines.
 *
 * @param chunks in the order of the lines, the examples before the refused rows
 */
public record LineageIndex(List<Chunk> chunks) {

  /** A blob beside the directory, and what it may hold. */
  record Chunk(String name, String sha256, long bytes, List<Span> spans) {}

  /** The rows of a table from the first to the last; {@code sheet} is null where there is none. */
  record Span(String fileId, String sheet, int first, int last) {

    static Span of(ExampleLine.Lineage at) {
      int first = at.firstRow() == null ? at.row() : at.firstRow();
      return new Span(
          at.fileId(), at.sheet(), Math.min(first, at.row()), Math.max(first, at.row()));
    }

    /** Both, of one table. */
    Span and(Span other) {
      return new Span(fileId, sheet, Math.min(first, other.first), Math.max(last, other.last));
    }

    boolean holds(String fileId, String sheet, int row) {
      return this.fileId.equals(fileId)
          && sheetKey(this.sheet).equals(sheetKey(sheet))
          && first <= row
          && row <= last;
    }
  }

  /** A sheet without a name is the same as none. */
  static String sheetKey(String sheet) {
    return sheet == null ? "" : sheet;
  }

  /** What became of a row, in the order of the lines. */
  static List<Traced> find(BlobStore blobs, BlobRef directory, String fileId, String sheet, int row)
      throws IOException {
    String folder = directory.key().substring(0, directory.key().lastIndexOf('/') + 1);
    List<Traced> found = new ArrayList<>();
    try (InputStream in = blobs.open(directory)) {
      LineageIndex index = Json.MAPPER.readValue(in, LineageIndex.class);
      for (Chunk chunk : index.chunks) {
        if (chunk.spans.stream().anyMatch(span -> span.holds(fileId, sheet, row))) {
          BlobRef ref = new BlobRef(folder + chunk.name, chunk.sha256, chunk.bytes);
          try (InputStream lines = blobs.open(ref);
              var all = Json.MAPPER.readerFor(Traced.class).<Traced>readValues(lines)) {
            while (all.hasNextValue()) {
              Traced traced = all.nextValue();
              if (traced.span().holds(fileId, sheet, row)) {
                found.add(traced);
              }
            }
          }
        }
      }
    }
    return found;
  }

  static <T> T read(String line, Class<T> type) throws IOException {
    return Json.MAPPER.readValue(line, type);
  }
}
