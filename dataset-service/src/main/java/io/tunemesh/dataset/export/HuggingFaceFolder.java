package io.tunemesh.dataset.export;

import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A dataset as the Hugging Face Hub has it, zipped: a Parquet file for each split that has
 * examples, and the card, which comes last because it tells what was written.
 */
final class HuggingFaceFolder {

  /** A zip has no time without a place, and the same dataset is to give the same bytes. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Export export;
  private final Map<Part, Long> written = new EnumMap<>(Part.class);
  private final Set<String> languages = new TreeSet<>();

  HuggingFaceFolder(Export export) {
    this.export = export;
  }

  /** Where the examples of a part are in the folder. */
  static String file(Part part) {
    return "data/" + part.key() + "-00000-of-00001.parquet";
  }

  void write(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Part part : parts()) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      zip.putNextEntry(entry(file(part)));
      rows(zip, part);
      zip.closeEntry();
    }
    zip.setLevel(Deflater.DEFAULT_COMPRESSION);
    zip.putNextEntry(entry("README.md"));
    Card card = new Card(export.dataset(), written, languages, export.license());
    zip.write(card.text().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    zip.finish();
    zip.flush();
  }

  /** The one that is asked for, or else all that have examples. */
  private List<Part> parts() {
    return export.part() != null
        ? List.of(export.part())
        : Arrays.stream(Part.values()).filter(part -> export.dataset().examples(part) > 0).toList();
  }

  private void rows(OutputStream out, Part part) throws IOException {
    ParquetRows rows = new ParquetRows(out, export.dataset().isPlainText());
    written.put(part, 0L);
    export
        .of(part)
        .each(
            example -> {
              rows.add(example);
              written.merge(part, 1L, Long::sum);
              if (example.language() != null) {
                languages.add(example.language());
              }
            });
    rows.end();
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    return entry;
  }
}
