package io.tunemesh.dataset.preview;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.augment.Attempt;
import io.tunemesh.dataset.augment.Copier;
import io.tunemesh.dataset.augment.Count;
import io.tunemesh.dataset.augment.Generator;
import io.tunemesh.dataset.augment.Known;
import io.tunemesh.dataset.augment.Method;
import io.tunemesh.dataset.augment.Seed;
import io.tunemesh.dataset.augment.Step;
import io.tunemesh.dataset.augment.Thesaurus;
import io.tunemesh.dataset.build.Making;
import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.build.Tally;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a specification's {@code augment} makes of the examples that a preview shows, as a build
 * makes it, with the same ids. It asks no model, but tells what it would ask. What falls together
 * with a row that was not read is not found here.
 */
final class AugmentedTaste {

  private final List<Step> steps;
  private final String salt;
  private final Cleaning cleaning;
  private final Known known;
  private final Map<Step, Thesaurus> lists = new HashMap<>();
  private final Map<Step, Count.Running> counts = new LinkedHashMap<>();
  private final Map<Step, List<PreviewView.Question>> questions = new HashMap<>();

  AugmentedTaste(DatasetSpec spec, Cleaning cleaning) {
    this.steps = Step.of(spec);
    this.salt = Splitter.of(spec.split()).salt();
    this.cleaning = cleaning;
    this.known = new Known(cleaning::settled);
    steps.forEach(step -> counts.put(step, new Count.Running()));
  }

  /**
   * Makes ready.
   *
   * @param files by where the specification names them
   * @throws InvalidPlan if a step does not fit the recipe of its source, or has no words
   */
  void prepare(List<SourceReading> readings, Map<String, UploadParsed> files, BlobStore blobs)
      throws InvalidPlan, IOException {
    List<Mistake> mistakes = new ArrayList<>();
    for (Step step : steps) {
      String recipe = readings.get(step.source()).type().name();
      if (!step.method().fits(readings.get(step.source()).type())) {
        mistakes.add(new Mistake(field(step, "method"), step.method().misfit(recipe)));
      } else if (step.method() == Method.SYNONYMS) {
        lists.put(step, words(step, files, blobs, mistakes));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  private static Thesaurus words(
      Step step, Map<String, UploadParsed> files, BlobStore blobs, List<Mistake> mistakes)
      throws IOException {
    String name = step.wish().wordsFile();
    if (name == null) {
      return Thesaurus.of(step.wish().words());
    }
    String field = field(step, "words_file");
    UploadParsed file = files.get(field);
    try {
      Thesaurus list = Thesaurus.read(blobs, file);
      if (list.isEmpty()) {
        mistakes.add(new Mistake(field, Thesaurus.nothingIn(file.filename())));
      }
      return list;
    } catch (BlobNotFound | CorruptBlob e) {
      throw KnownFiles.lost(name, field);
    }
  }

  /** Takes the examples of one source, of which none that is made may repeat one. */
  void knows(Taste taste) {
    if (steps.isEmpty()) {
      return;
    }
    for (Taste.Taken taken : taste.taken()) {
      if (taken.part() == Part.TRAIN) {
        known.train(taken.made());
      } else {
        known.measure(taken.made());
      }
    }
  }

  /**
   * The examples of a source, each before those that are made of it. All sources are {@link
   * #knows}n.
   *
   * @param most questions that are shown of a step
   */
  List<ExampleLine> examples(SourceReading reading, Taste taste, int most) throws IOException {
    Map<String, String> settings = reading.settings();
    List<Copier> copiers = new ArrayList<>();
    List<Generator> generators = new ArrayList<>();
    for (Step step : steps.stream().filter(s -> s.source() == reading.position()).toList()) {
      if (step.method().asksAModel()) {
        generators.add(new Generator(step, reading.type(), settings, salt));
      } else {
        copiers.add(new Copier(step, reading.type(), settings, salt, lists.get(step)));
      }
    }
    boolean asked = !copiers.isEmpty() || !generators.isEmpty();
    Taste all = new Taste(Integer.MAX_VALUE);
    Making making = new Making(reading, all, new Tally(), cleaning, known, counts);
    for (Taste.Taken taken : taste.taken()) {
      all.example(taken.line(), taken.part());
      if (asked && taken.part() == Part.TRAIN) {
        Seed seed = Seed.of(taken.line().id(), taken.made());
        generators.forEach(generator -> generator.offer(seed));
        for (Copier copier : copiers) {
          copy(copier, seed, taken.line().lineage(), making);
        }
      }
    }
    generators.forEach(generator -> questions.put(generator.step(), questions(generator, most)));
    return all.taken().stream().map(Taste.Taken::line).toList();
  }

  private static void copy(Copier copier, Seed seed, ExampleLine.Lineage lineage, Making making)
      throws IOException {
    int copy = 0;
    for (Attempt attempt : copier.copies(seed)) {
      making.settle(copier.step(), seed.id(), lineage, String.valueOf(copy++), attempt);
    }
  }

  private static List<PreviewView.Question> questions(Generator generator, int most) {
    return generator.asks().stream()
        .filter(ask -> ask.body() != null)
        .limit(most)
        .map(ask -> new PreviewView.Question(ask.parent(), ask.body()))
        .toList();
  }

  /** What each step made or would ask; null where there are none. */
  List<PreviewView.AugmentedView> steps() {
    return steps.isEmpty() ? null : steps.stream().map(this::view).toList();
  }

  private PreviewView.AugmentedView view(Step step) {
    return step.method().asksAModel()
        ? PreviewView.AugmentedView.asking(step, questions.get(step))
        : PreviewView.AugmentedView.of(counts.get(step).of(step));
  }

  /** Where a part of a step stands in the body of the request. */
  static String field(Step step, String name) {
    return step.field(name).substring("dataset.".length());
  }
}
