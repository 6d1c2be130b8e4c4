package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.filter.Filters;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.Place;
import io.tunemesh.dataset.recipe.Recipe;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.recipe.Recipes;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.template.BrokenTemplate;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Turns the rows of one source into lines, in the order of the file. Every row that it read to the
 * end is counted once, as kept or as refused.
 */
public final class SourceReading {

  private final int position;
  private final DatasetSpec.Source source;
  private final UploadParsed file;
  private final RecipeType type;
  private final Recipe recipe;
  private final Wording wording;
  private final Filters filters;
  private final Splitter splitter;
  private final Cleaning cleaning;
  private final Tally tally = new Tally();
  private Place last;
  private int examplesOfLast;

  /**
   * Makes ready to read.
   *
   * @param position among the sources of the specification
   * @param cleaning of the whole dataset
   */
  public SourceReading(
      int position,
      DatasetSpec.Source source,
      UploadParsed file,
      Splitter splitter,
      Cleaning cleaning)
      throws RecipeUnclear, ColumnsMissing, BrokenTemplate {
    this.position = position;
    this.source = source;
    this.file = file;
    this.splitter = splitter;
    this.cleaning = cleaning;
    this.type = Recipes.of(source, file);
    this.recipe = type.of(file.sheets(), source.columns(), source.settings());
    this.wording = new Wording(type, source.template());
    this.filters = new Filters(source.filters());
    this.filters.checkColumns(file.sheets());
  }

  /** Reads every row, or as many as the sink wants, and tells how many it read. */
  public long read(BlobStore blobs, Sink sink) throws IOException {
    long rows = 0;
    try (InputStream in = blobs.open(file.records());
        MappingIterator<SourceRecord> records =
            Json.MAPPER.readerFor(SourceRecord.class).readValues(in)) {
      while (!sink.full() && records.hasNextValue()) {
        rows++;
        read(records.nextValue(), sink);
      }
    }
    if (sink.full()) {
      return rows;
    }
    for (Outcome outcome : recipe.end()) {
      settle(outcome, sink);
    }
    if (rows != file.rows()) {
      throw new IllegalStateException(
          "the records of %s are %d, but %d were told of"
              .formatted(file.fileId(), rows, file.rows()));
    }
    if (tally.in() != rows) {
      throw new IllegalStateException(
          "the recipe %s told of %d rows, but read %d".formatted(type.name(), tally.in(), rows));
    }
    return rows;
  }

  private void read(SourceRecord row, Sink sink) throws IOException {
    Optional<Outcome.Refused> unread =
        Broken.value(row, sheet(row)).or(() -> filtered(row)).or(() -> overLimit(Place.of(row)));
    if (unread.isPresent()) {
      refuse(unread.get(), sink);
      return;
    }
    for (Outcome outcome : recipe.read(row)) {
      settle(outcome, sink);
    }
  }

  private Optional<Outcome.Refused> filtered(SourceRecord row) {
    return filters
        .failed(row, sheet(row))
        .map(
            failed ->
                new Outcome.Refused(Place.of(row), "filtered", failed.column(), failed.reason()));
  }

  private Optional<Outcome.Refused> overLimit(Place row) {
    return source.limit() == null || tally.examples() < source.limit()
        ? Optional.empty()
        : Optional.of(
            new Outcome.Refused(
                row,
                "over_limit",
                null,
                "the source's limit of %d examples was reached before it"
                    .formatted(source.limit())));
  }

  private void settle(Outcome outcome, Sink sink) throws IOException {
    switch (outcome) {
      case Outcome.Refused refused -> refuse(refused, sink);
      case Outcome.Kept kept -> {
        Part part = splitter.part(kept.example().decides());
        ExampleLine line = line(kept, part);
        Optional<Outcome.Refused> not =
            overLimit(kept.at())
                .or(() -> Broken.line(line, kept.at()))
                .or(() -> removed(kept.example().content(), kept.at()));
        if (not.isPresent()) {
          refuse(kept.rows(), not.get(), sink);
          return;
        }
        sink.example(line, part);
        tally.keep(part, kept.rows().size(), kept.example().label());
      }
    }
  }

  private Optional<Outcome.Refused> removed(Content content, Place at) {
    if (cleaning.removesNothing()) {
      return Optional.empty();
    }
    String sheet = at.sheet() == null ? "" : ", sheet " + at.sheet();
    String place = "row %d of %s%s".formatted(at.row(), file.filename(), sheet);
    return cleaning
        .remove(content.words(), place)
        .map(removal -> new Outcome.Refused(at, removal.code(), null, removal.reason()));
  }

  private ExampleLine line(Outcome.Kept kept, Part part) {
    Example example = kept.example();
    List<Turn> messages = wording.messages(example.content(), example.language());
    Place at = kept.at();
    return new ExampleLine(
        exampleId(at),
        part.key(),
        type.name(),
        messages,
        example.content() instanceof Content.Plain plain ? plain.text() : null,
        example.language().code(),
        example.items(),
        example.leftOut(),
        example.structure(),
        new ExampleLine.Lineage(
            file.filename(),
            file.fileId(),
            at.sheet(),
            at.row(),
            kept.from() == at.row() ? null : kept.from(),
            example.columns()));
  }

  private void refuse(List<Place> rows, Outcome.Refused why, Sink sink) throws IOException {
    for (Place row : rows) {
      refuse(new Outcome.Refused(row, why.code(), why.column(), why.reason()), sink);
    }
  }

  private void refuse(Outcome.Refused refused, Sink sink) throws IOException {
    Column column = refused.column();
    Place at = refused.at();
    RefusedLine line =
        new RefusedLine(
            "refused-" + (sink.refusals() + 1),
            file.filename(),
            file.fileId(),
            at.sheet(),
            at.row(),
            cell(column, at.row()),
            column == null ? null : column.letter(),
            column == null ? null : column.name(),
            refused.code(),
            Broken.mended(refused.reason()));
    sink.refused(line);
    tally.refuse(line);
  }

  /** A cell as a spreadsheet names it; null where there is none, as in JSON. */
  private static String cell(Column column, int row) {
    return column == null || !column.letter().matches("[A-Z]{1,3}") ? null : column.letter() + row;
  }

  private String exampleId(Place at) {
    examplesOfLast = at.equals(last) ? examplesOfLast + 1 : 0;
    last = at;
    String more = examplesOfLast == 0 ? "" : ":" + examplesOfLast;
    String place = String.join("\n", file.fileId(), at.sheet(), position + ":" + at.row() + more);
    return "ex-" + Digests.sha256(place.getBytes(StandardCharsets.UTF_8)).substring(0, 24);
  }

  private Sheet sheet(SourceRecord row) {
    if (row.sheet() == null) {
      return file.sheets().size() == 1 ? file.sheets().getFirst() : null;
    }
    return file.sheets().stream()
        .filter(sheet -> sheet.name().equals(row.sheet()))
        .findFirst()
        .orElse(null);
  }

  public DatasetSpec.Source source() {
    return source;
  }

  public UploadParsed file() {
    return file;
  }

  public RecipeType type() {
    return type;
  }

  public Tally tally() {
    return tally;
  }

  List<Manifest.TemplateEntry> templates() {
    return wording.entries(position);
  }
}
