package io.tunemesh.dataset.lineage;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rows of which files became which examples of a dataset. The lines of a dataset are cut into
 * chunks of some thousand, without their words, and a directory tells the rows of each; so a
 * question about a cell reads the directory and the few chunks that may hold its row, however large
 * the dataset is. Its bytes follow from the dataset's lines.
 *
 * @param chunks in the order of the lines, the examples before the refused rows
 */
public record LineageIndex(List<Chunk> chunks) {

  private static final int LINES = 4000;
  private static final int BYTES = 4 << 20;

  /** A blob beside the directory, and what it may hold. */
  record Chunk(String name, String sha256, long bytes, List<Span> spans) {}

  /** The rows of a table from the first to the last; {@code sheet} is null where there is none. */
  record Span(String fileId, String sheet, int first, int last) {

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

  /** Makes the index of finished lines and stores it; gives its directory. */
  public static BlobRef store(BlobStore blobs, String prefix, Path examples, Path refused)
      throws IOException {
    Writer writer = new Writer(blobs, prefix + "lineage/");
    lines(examples, line -> writer.add(new Traced(read(line, Traced.Example.class), null)));
    writer.end();
    lines(refused, line -> writer.add(Traced.refused(line)));
    writer.end();
    byte[] directory = Json.MAPPER.writeValueAsBytes(new LineageIndex(writer.chunks));
    return blobs.put(prefix + "lineage/directory.json", new ByteArrayInputStream(directory));
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

  private interface Taking {
    void take(String line) throws IOException;
  }

  private static void lines(Path file, Taking taking) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String line;
      while ((line = lines.readLine()) != null) {
        taking.take(line);
      }
    }
  }

  private static final class Writer {

    private final BlobStore blobs;
    private final String folder;
    private final List<Chunk> chunks = new ArrayList<>();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Map<List<String>, Span> spans = new LinkedHashMap<>();
    private int count;

    Writer(BlobStore blobs, String folder) {
      this.blobs = blobs;
      this.folder = folder;
    }

    void add(Traced traced) throws IOException {
      Span span = traced.span();
      spans.merge(
          List.of(span.fileId(), sheetKey(span.sheet())),
          span,
          (a, b) ->
              new Span(
                  a.fileId(),
                  a.sheet(),
                  Math.min(a.first(), b.first()),
                  Math.max(a.last(), b.last())));
      lines.write(Json.MAPPER.writeValueAsBytes(traced));
      lines.write('\n');
      count++;
      if (count == LINES || lines.size() > BYTES) {
        end();
      }
    }

    void end() throws IOException {
      if (count == 0) {
        return;
      }
      String name = chunks.size() + ".jsonl";
      BlobRef ref = blobs.put(folder + name, new ByteArrayInputStream(lines.toByteArray()));
      chunks.add(new Chunk(name, ref.sha256(), ref.bytes(), List.copyOf(spans.values())));
      lines.reset();
      spans.clear();
      count = 0;
    }
  }
}
