package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.clean.Normalized;
import io.tunemesh.dataset.dataset.ExampleLine;
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
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.template.PromptValues;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Reads rows of one source by its recipe, up to what can be told without the others. */
final class RowReading {

  private final int position;
  private final DatasetSpec spec;
  private final UploadParsed file;
  private final RecipeType type;
  private final Map<String, String> settings;
  private final Recipe recipe;
  private final Wording wording;
  private final Filters filters;
  private final Splitter splitter;
  private final Cleaning cleaning;
  private final MessageDigest digest = Digests.sha256();
  private Place last;
  private int examplesOfLast;

  /**
   * @param position of the source in the specification
   */
  RowReading(int position, DatasetSpec spec, UploadParsed file)
      throws RecipeUnclear, ColumnsMissing, BrokenTemplate {
    DatasetSpec.Source source = spec.sources().get(position);
    this.position = position;
    this.spec = spec;
    this.file = file;
    this.splitter = Splitter.of(spec.split());
    this.cleaning = new Cleaning(spec.clean());
    this.type = Recipes.of(source, file);
    UnaryOperator<String> mend = cleaning.mending(type.name());
    this.settings = mended(source.settings(), mend);
    this.recipe = type.of(file.sheets(), source.columns(), settings, mend);
    this.wording = new Wording(type, source.template());
    this.filters = new Filters(source.filters());
    List<ColumnsMissing> missing = filters.missing(file.sheets());
    if (!missing.isEmpty()) {
      throw missing.getFirst();
    }
  }

  /** Another one, which reads as this one does, for another thread. */
  RowReading again() {
    try {
      return new RowReading(position, spec, file);
    } catch (RecipeUnclear | ColumnsMissing | BrokenTemplate e) {
      throw new IllegalStateException("what was clear before is not any more", e);
    }
  }

  /** Why the recipe is not to read the row, if it is not. */
  Optional<Outcome.Refused> unread(SourceRecord row) {
    return unread(row, true);
  }

  /**
   * The same of a row that is known to hold no half of a character, where {@code halves} is false.
   */
  Optional<Outcome.Refused> unread(SourceRecord row, boolean halves) {
    Sheet sheet = sheet(row);
    Optional<Outcome.Refused> broken = halves ? Broken.value(row, sheet) : Optional.empty();
    return broken.or(
        () ->
            filters
                .failed(row, sheet)
                .map(
                    failed ->
                        new Outcome.Refused(
                            Place.of(row), "filtered", failed.column(), failed.reason())));
  }

  /** What is told by now of the rows up to this one. */
  List<Finding> read(SourceRecord row) {
    List<Outcome> outcomes = recipe.read(row);
    return outcomes.size() == 1
        ? List.of(finding(outcomes.getFirst()))
        : outcomes.stream().map(this::finding).toList();
  }

  /** What is told of the rows that the recipe held back. */
  List<Finding> end() {
    return recipe.end().stream().map(this::finding).toList();
  }

  /** Whether each row is read by itself, so that several can read the source. */
  boolean isRowByRow() {
    return recipe.isRowByRow();
  }

  RecipeType type() {
    return type;
  }

  /** The source's settings, with its labels as the examples have them; null where it has none. */
  Map<String, String> settings() {
    return settings;
  }

  private static Map<String, String> mended(
      Map<String, String> settings, UnaryOperator<String> mend) {
    if (settings == null) {
      return null;
    }
    Map<String, String> mended = new HashMap<>(settings);
    mended.computeIfPresent(
        "labels",
        (key, labels) ->
            PromptValues.list(labels).stream().map(mend).collect(Collectors.joining(", ")));
    return mended;
  }

  Wording wording() {
    return wording;
  }

  private Finding finding(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused refused -> new Finding.Unusable(refused);
      case Outcome.Kept kept -> made(kept);
    };
  }

  private Finding.Made made(Outcome.Kept read) {
    Normalized clean = cleaning.normalized(type.name(), read.example());
    Outcome.Kept kept = read.with(clean.example());
    Content content = clean.example().content();
    return new Finding.Made(
        kept.at(),
        kept.rows(),
        line(kept),
        clean.example().label(),
        clean.changed(),
        cleaning.noise(type, content).orElse(null),
        cleaning.removesNothing() ? null : content.words(),
        clean.example(),
        null);
  }

  private ExampleLine line(Outcome.Kept kept) {
    Example example = kept.example();
    Place at = kept.at();
    List<Turn> messages = wording.messages(example.content(), example.language());
    return new ExampleLine(
        exampleId(at),
        splitter.part(example.decides()).key(),
        type.name(),
        messages,
        example.content() instanceof Content.Plain plain ? plain.text() : null,
        example.spans(messages),
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
            example.columns()),
        null,
        null);
  }

  private String exampleId(Place at) {
    examplesOfLast = at.equals(last) ? examplesOfLast + 1 : 0;
    last = at;
    String more = examplesOfLast == 0 ? "" : ":" + examplesOfLast;
    String place = file.fileId() + "\n" + at.sheet() + "\n" + position + ":" + at.row() + more;
    byte[] hash = digest.digest(place.getBytes(StandardCharsets.UTF_8));
    return "ex-" + HexFormat.of().formatHex(hash, 0, 12);
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
}
