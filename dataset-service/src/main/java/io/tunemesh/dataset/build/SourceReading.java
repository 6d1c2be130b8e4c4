package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.ExampleLine.Message;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.ExamRecipe;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.template.BrokenTemplate;
import io.tunemesh.dataset.template.PromptTemplate;
import io.tunemesh.dataset.template.Templates;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Turns the rows of one source into lines, one row at a time. */
final class SourceReading {

  private final int position;
  private final DatasetSpec.Source source;
  private final UploadParsed file;
  private final ExamRecipe recipe;
  private final Map<Language, PromptTemplate> templates = new EnumMap<>(Language.class);
  private final Tally tally = new Tally();

  SourceReading(int position, DatasetSpec.Source source, UploadParsed file)
      throws ColumnsMissing, BrokenTemplate {
    this.position = position;
    this.source = source;
    this.file = file;
    this.recipe = ExamRecipe.of(file.sheets(), source.columns());
    for (Language language : Language.values()) {
      templates.put(language, Templates.find(source.template(), ExamRecipe.NAME, language.code()));
    }
  }

  /** Reads every row. Lines for training go to {@code train}, apart from the other parts. */
  void read(BlobStore blobs, Splitter splitter, Parts parts, Lines train) throws IOException {
    try (InputStream in = blobs.open(file.records());
        MappingIterator<SourceRecord> rows =
            Json.MAPPER.readerFor(SourceRecord.class).readValues(in)) {
      while (rows.hasNextValue()) {
        SourceRecord row = rows.nextValue();
        switch (outcome(row)) {
          case Outcome.Kept kept -> keep(row, kept, splitter, parts, train);
          case Outcome.Refused refused -> refuse(row, refused, parts);
        }
      }
    }
    if (tally.in() != file.rows()) {
      throw new IllegalStateException(
          "the records of %s are %d, but %d were told of"
              .formatted(file.fileId(), tally.in(), file.rows()));
    }
  }

  private Outcome outcome(SourceRecord row) {
    if (source.limit() != null && tally.kept() >= source.limit()) {
      return new Outcome.Refused(
          "over_limit",
          null,
          "the source's limit of %d kept rows was reached before it".formatted(source.limit()));
    }
    return recipe.read(row);
  }

  private void keep(
      SourceRecord row, Outcome.Kept kept, Splitter splitter, Parts parts, Lines train)
      throws IOException {
    Part part = splitter.part(kept.text());
    String prompt =
        templates
            .get(kept.language())
            .render(kept.text(), kept.items().size(), kept.language().code());
    List<Message> messages =
        List.of(new Message("user", prompt), new Message("assistant", kept.output()));
    parts
        .examples()
        .add(
            new ExampleLine(
                exampleId(row),
                part.key(),
                messages,
                kept.language().code(),
                kept.items(),
                kept.leftOut(),
                new ExampleLine.Lineage(
                    file.filename(), file.fileId(), row.sheet(), row.row(), kept.columns())));
    Lines lines =
        switch (part) {
          case TRAIN -> train;
          case VALIDATION -> parts.validation();
          case TEST -> parts.test();
        };
    lines.add(new Chat(messages));
    tally.keep(part);
  }

  private void refuse(SourceRecord row, Outcome.Refused refused, Parts parts) throws IOException {
    UploadParsed.Column column = refused.column();
    RefusedLine line =
        new RefusedLine(
            "refused-" + (parts.refused().count() + 1),
            file.filename(),
            file.fileId(),
            row.sheet(),
            row.row(),
            column == null ? null : column.letter() + row.row(),
            column == null ? null : column.letter(),
            column == null ? null : column.name(),
            refused.code(),
            refused.reason());
    parts.refused().add(line);
    tally.refuse(line);
  }

  private String exampleId(SourceRecord row) {
    String place = String.join("\n", file.fileId(), row.sheet(), position + ":" + row.row());
    return "ex-" + Digests.sha256(place.getBytes(StandardCharsets.UTF_8)).substring(0, 24);
  }

  DatasetSpec.Source source() {
    return source;
  }

  UploadParsed file() {
    return file;
  }

  Tally tally() {
    return tally;
  }

  List<Manifest.TemplateEntry> templates() {
    return templates.entrySet().stream()
        .map(
            entry ->
                new Manifest.TemplateEntry(
                    position,
                    entry.getKey().code(),
                    entry.getValue().name(),
                    entry.getValue().sha256(),
                    entry.getValue().source()))
        .toList();
  }

  /** A line of a part, in the form that fine-tuning takes. */
  private record Chat(List<Message> messages) {}
}
