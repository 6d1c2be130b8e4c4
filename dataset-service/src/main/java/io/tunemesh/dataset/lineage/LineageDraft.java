package io.tunemesh.dataset.lineage;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.lineage.LineageIndex.Chunk;
import io.tunemesh.dataset.lineage.LineageIndex.Span;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.LocalFile;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link LineageIndex} in the making. It takes the examples while their lines are written, holds
 * one chunk in memory and those before it in a file.
 */
public final class LineageDraft implements Closeable {

  private static final int LINES = 4000;
  private static final int BYTES = 4 << 20;
  private static final byte[] EXAMPLE = "{\"example\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

  /** The line of an example without its words, as {@link Traced.Example} has it. */
  public interface Line {
    void writeTo(OutputStream out) throws IOException;
  }

  private record Part(int bytes, List<Span> spans) {}

  private final Path file;
  private final OutputStream done;
  private final List<Part> parts = new ArrayList<>();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final Map<List<String>, Span> spans = new LinkedHashMap<>();
  private int count;

  /**
   * @param file for the chunks
   */
  public LineageDraft(Path file) {
    this.file = file;
    this.done = LocalFile.create(file);
  }

  /** Takes the next example. */
  public void add(ExampleLine.Lineage at, Line line) throws IOException {
    lines.write(EXAMPLE);
    line.writeTo(lines);
    lines.write(END);
    added(Span.of(at));
  }

  /**
   * Adds the refused rows, stores the index, and gives its directory.
   *
   * @param refused JSON lines
   */
  public BlobRef store(BlobStore blobs, String prefix, Path refused) throws IOException {
    endChunk();
    try (BufferedReader rows = Files.newBufferedReader(refused)) {
      for (String row = rows.readLine(); row != null; row = rows.readLine()) {
        Traced traced = Traced.refused(row);
        lines.write(Json.MAPPER.writeValueAsBytes(traced));
        lines.write('\n');
        added(traced.span());
      }
    }
    endChunk();
    close();
    List<Chunk> chunks = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Part part : parts) {
        String name = chunks.size() + ".jsonl";
        BlobRef ref =
            blobs.put(
                prefix + "lineage/" + name, new ByteArrayInputStream(in.readNBytes(part.bytes)));
        chunks.add(new Chunk(name, ref.sha256(), ref.bytes(), part.spans));
      }
    }
    byte[] directory = Json.MAPPER.writeValueAsBytes(new LineageIndex(chunks));
    return blobs.put(prefix + "lineage/directory.json", new ByteArrayInputStream(directory));
  }

  private void added(Span span) throws IOException {
    spans.merge(List.of(span.fileId(), LineageIndex.sheetKey(span.sheet())), span, Span::and);
    count++;
    if (count == LINES || lines.size() > BYTES) {
      endChunk();
    }
  }

  private void endChunk() throws IOException {
    if (count > 0) {
      lines.writeTo(done);
      parts.add(new Part(lines.size(), List.copyOf(spans.values())));
      lines.reset();
      spans.clear();
      count = 0;
    }
  }

  @Override
  public void close() throws IOException {
    done.close();
  }
}
