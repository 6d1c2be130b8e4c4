package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.dataset.augment.Augmented;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Place;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.template.BrokenTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Turns the rows of one source into lines, in the order of the file. Every row that it read to the
 * end is counted once, as kept or as refused. Chunks that others read give the same lines.
 */
public final class SourceReading {

  private static final ObjectReader FINDINGS = Exact.readerFor(Finding.OfRow.class);

  private final int position;
  private final DatasetSpec.Source source;
  private final UploadParsed file;
  private final RowReading rows;
  private final Settling settling;
  private int batch = RowsAhead.BATCH;
  private LongConsumer told = rows -> {};

  /**
   * Makes ready to read.
   *
   * @param position among the sources of the specification
   * @param cleaning of the whole dataset
   */
  public SourceReading(int position, DatasetSpec spec, UploadParsed file, Cleaning cleaning)
      throws RecipeUnclear, ColumnsMissing, BrokenTemplate {
    this.position = position;
    this.source = spec.sources().get(position);
    this.file = file;
    this.rows = new RowReading(position, spec, file);
    this.settling = new Settling(source, file, cleaning);
  }

  /** The reading of a source that has no {@link SourceFault}. */
  public static SourceReading sound(
      int position, DatasetSpec spec, UploadParsed file, Cleaning cleaning) {
    try {
      return new SourceReading(position, spec, file, cleaning);
    } catch (RecipeUnclear | ColumnsMissing | BrokenTemplate e) {
      throw new IllegalStateException("a source that had no fault has one", e);
    }
  }

  /** Has so many bytes of rows read at a time, where several threads read them. */
  SourceReading inBatchesOf(int bytes) {
    batch = bytes;
    return this;
  }

  /** Tells {@code told} of rows while they are read, how many more it were. */
  SourceReading telling(LongConsumer told) {
    this.told = told;
    return this;
  }

  /** Reads every row, or as many as the sink wants, and tells how many it read. */
  public long read(BlobStore blobs, Sink sink) throws IOException {
    try (InputStream in = blobs.open(file.records())) {
      return ended(readRows(in, sink), sink);
    }
  }

  /**
   * Reads every row, some of them as others found them.
   *
   * @param read what was found in each of the source's chunks; null for one that nobody read
   */
  void read(BlobStore blobs, List<BlobRef> read, Sink sink) throws IOException {
    long count = 0;
    for (int i = 0; i < read.size(); i++) {
      Chunk chunk = file.chunks().get(i);
      count +=
          read.get(i) == null
              ? readRows(ChunkRows.of(blobs, file, chunk), sink)
              : readFindings(blobs, read.get(i), sink);
    }
    ended(count, sink);
  }

  private long readRows(InputStream in, Sink sink) throws IOException {
    if (sink instanceof LineSink lines && rows.isRowByRow()) {
      return readAhead(in, lines);
    }
    long count = 0;
    try (Records records = new Records(in)) {
      while (!sink.full()) {
        SourceRecord row = records.next();
        if (row == null) {
          break;
        }
        count++;
        told.accept(1);
        if (settling.isToBeRead(Place.of(row), rows.unread(row), sink)) {
          settling.settle(rows.read(row), sink);
        }
      }
    }
    return count;
  }

  private long readAhead(InputStream in, LineSink sink) throws IOException {
    long count = 0;
    try (RowsAhead ahead = new RowsAhead(in, rows, sink::form, settling::isFull, batch)) {
      List<Finding.OfRow> found = ahead.next();
      for (; found != null && !sink.full(); found = ahead.next()) {
        told.accept(found.size());
        for (Finding.OfRow row : found) {
          if (sink.full()) {
            break;
          }
          count++;
          settling.settle(row, sink);
        }
      }
    }
    return count;
  }

  private long readFindings(BlobStore blobs, BlobRef found, Sink sink) throws IOException {
    long count = 0;
    try (InputStream in = blobs.open(found);
        MappingIterator<Finding.OfRow> all = FINDINGS.readValues(in)) {
      while (all.hasNextValue()) {
        count++;
        told.accept(1);
        settling.settle(all.nextValue(), sink);
      }
    }
    return count;
  }

  private long ended(long count, Sink sink) throws IOException {
    if (sink.full()) {
      return count;
    }
    settling.settle(rows.end(), sink);
    if (count != file.rows()) {
      throw new IllegalStateException(
          "the records of %s are %d, but %d were told of"
              .formatted(file.fileId(), count, file.rows()));
    }
    if (tally().in() != count) {
      throw new IllegalStateException(
          "the recipe %s told of %d rows, but read %d"
              .formatted(type().name(), tally().in(), count));
    }
    return count;
  }

  /**
   * The line of an example that was made from another one of this source.
   *
   * @param lineage the other's
   */
  ExampleLine line(String id, Example made, ExampleLine.Lineage lineage, Augmented mark) {
    return new ExampleLine(
        id,
        Part.TRAIN.key(),
        type().name(),
        rows.wording().messages(made.content(), made.language()),
        null,
        made.language().code(),
        made.items(),
        made.leftOut(),
        made.structure(),
        lineage,
        mark);
  }

  /** Among the sources of the specification. */
  public int position() {
    return position;
  }

  public DatasetSpec.Source source() {
    return source;
  }

  /** Its settings, with its labels as the examples have them; null where it has none. */
  public Map<String, String> settings() {
    return rows.settings();
  }

  public UploadParsed file() {
    return file;
  }

  public RecipeType type() {
    return rows.type();
  }

  public Tally tally() {
    return settling.tally();
  }

  List<Manifest.TemplateEntry> templates() {
    return rows.wording().entries(position);
  }
}
