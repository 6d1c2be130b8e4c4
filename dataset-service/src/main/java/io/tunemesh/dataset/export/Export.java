package io.tunemesh.dataset.export;

import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Refusal;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One export of a dataset. It reads and writes example by example, so memory does not grow with the
 * dataset, and the same dataset gives the same bytes.
 *
 * @param part null for all parts
 * @param license null for {@code unknown}
 */
record Export(BlobStore blobs, Built dataset, Format format, Part part, String license) {

  /** Passes what the format can hold; what only the examples tell is looked for in all of them. */
  void check() throws IOException {
    if (format != Format.ALPACA) {
      return;
    }
    each(
        example -> {
          if (AlpacaRow.cannotHold(example)) {
            throw Refusal.invalid(
                "format_unfit",
                ("alpaca has no place for turns that are kept out of the loss by a weight of 0, as"
                        + " in the example %s; ask for messages, sharegpt, parquet or huggingface.")
                    .formatted(example.id()),
                "format");
          }
        });
  }

  /** Writes the whole file, and leaves {@code out} open. */
  void write(OutputStream out) throws IOException {
    if (format == Format.HUGGINGFACE) {
      new HuggingFaceFolder(this).write(out);
      return;
    }
    ExampleWriter rows =
        switch (format) {
          case ALPACA -> JsonRows.array(out, AlpacaRow::of);
          case SHAREGPT -> JsonRows.array(out, ShareGptRow::of);
          case MESSAGES -> JsonRows.lines(out, ChatRow::of);
          case TEXT -> JsonRows.lines(out, TextRow::of);
          case CSV -> new CsvRows(out, dataset.recipes());
          case PARQUET -> new ParquetRows(out, dataset.isPlainText());
          case HUGGINGFACE -> throw new IllegalStateException("a folder is no list of rows");
        };
    each(rows::add);
    rows.end();
  }

  /** The same of one part. */
  Export of(Part part) {
    return new Export(blobs, dataset, format, part, license);
  }

  /** Gives {@code taker} the examples that are asked for. */
  void each(Examples.Taker taker) throws IOException {
    Examples.each(blobs.open(dataset.files().examples()), part, taker);
  }
}
