package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.dataset.augment.Answer;
import io.tunemesh.dataset.augment.Ask;
import io.tunemesh.dataset.augment.Attempt;
import io.tunemesh.dataset.augment.Copier;
import io.tunemesh.dataset.augment.Count;
import io.tunemesh.dataset.augment.Generator;
import io.tunemesh.dataset.augment.Known;
import io.tunemesh.dataset.augment.Method;
import io.tunemesh.dataset.augment.Step;
import io.tunemesh.dataset.augment.Thesaurus;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.platform.blob.BlobStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes more examples of those that were read for training, between the reading and the mix. It
 * sees every example go by, keeps the ones that more are to be made of in a file, and adds what was
 * made to the training lines of its source. Of a dataset that asks for none it keeps nothing.
 */
final class Augmenting implements Closeable {

  private final Order order;
  private final String salt;
  private final Cleaning cleaning;
  private final Path folder;
  private final BlobStore blobs;
  private final List<Step> steps;
  private final Map<Step, Count.Running> counts = new LinkedHashMap<>();
  private final Map<SourceReading, Lines> seeds = new LinkedHashMap<>();
  private final Known known;

  Augmenting(Order order, Cleaning cleaning, Path folder, BlobStore blobs) {
    this.order = order;
    this.salt = Splitter.of(order.spec().split()).salt();
    this.cleaning = cleaning;
    this.known = new Known(cleaning::settled);
    this.folder = folder;
    this.blobs = blobs;
    this.steps = Step.of(order.spec());
    steps.forEach(step -> counts.put(step, new Count.Running()));
  }

  /** Why a source cannot be augmented as it asks, by what its content turned out to be. */
  Made.Rejected misfit(List<SourceReading> readings) {
    return Unaugmentable.misfit(steps, readings);
  }

  /** A sink that sees what goes into {@code sink}. */
  LineSink watching(SourceReading reading, LineSink sink) throws IOException {
    if (steps.isEmpty()) {
      return sink;
    }
    if (!of(reading).isEmpty()) {
      seeds.put(reading, new Lines(folder.resolve("seeds-" + seeds.size() + ".jsonl")));
    }
    return new Seeding(sink, known, seeds.get(reading));
  }

  /**
   * Adds what is made to {@code drafts} and to {@code all}.
   *
   * @param most training lines
   * @return why the dataset cannot be made now; null where it can
   */
  Made run(List<SourceReading> readings, Drafts drafts, Tally all, long most) throws IOException {
    Made.Rejected tooMany = Unaugmentable.tooMany(steps, readings, most);
    if (tooMany != null) {
      return tooMany;
    }
    close();
    Map<Step, Thesaurus> lists = new HashMap<>();
    for (Step step : steps) {
      if (step.method() == Method.SYNONYMS) {
        lists.put(step, words(step));
        if (lists.get(step).isEmpty()) {
          return Unaugmentable.noWords(step, order.words().get(step.wish().wordsFile()));
        }
      }
    }
    Map<Generator, List<Ask>> asks = asks(readings);
    List<Ask> open =
        asks.values().stream().flatMap(List::stream).filter(ask -> ask.body() != null).toList();
    if (order.answers() == null && !open.isEmpty()) {
      return new Made.Asks(open);
    }
    for (var entry : asks.entrySet()) {
      if (entry.getKey().isModelUnknown(entry.getValue(), answers())) {
        return Unaugmentable.modelUnknown(entry.getKey().step());
      }
    }
    for (SourceReading reading : seeds.keySet()) {
      try (Drafts.Source draft = drafts.onto(reading.position())) {
        make(new Making(reading, draft, all, cleaning, known, counts), lists, asks);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    for (Lines lines : seeds.values()) {
      lines.close();
    }
  }

  /** What each step made; null where there are none. */
  List<Count> counts() {
    return steps.isEmpty() ? null : steps.stream().map(step -> counts.get(step).of(step)).toList();
  }

  private Map<Generator, List<Ask>> asks(List<SourceReading> readings) throws IOException {
    Map<Generator, List<Ask>> asks = new LinkedHashMap<>();
    for (Step step : steps) {
      SourceReading reading = readings.get(step.source());
      if (!step.method().asksAModel()) {
        continue;
      }
      Generator generator = new Generator(step, reading.type(), reading.settings(), salt);
      try (MappingIterator<Seeding.Kept> kept = Seeding.read(seeds.get(reading))) {
        while (kept.hasNextValue()) {
          generator.offer(kept.nextValue().seed());
        }
      }
      asks.put(generator, generator.asks());
    }
    return asks;
  }

  private void make(Making making, Map<Step, Thesaurus> lists, Map<Generator, List<Ask>> asks)
      throws IOException {
    SourceReading reading = making.reading();
    Map<String, ExampleLine.Lineage> parents = new HashMap<>();
    List<Generator> generators = new ArrayList<>();
    List<Copier> copiers = new ArrayList<>();
    for (Generator generator : asks.keySet()) {
      if (of(reading).contains(generator.step())) {
        generators.add(generator);
        asks.get(generator).forEach(ask -> parents.put(ask.parent(), null));
      }
    }
    for (Step step : of(reading)) {
      if (!step.method().asksAModel()) {
        copiers.add(new Copier(step, reading.type(), reading.settings(), salt, lists.get(step)));
      }
    }
    try (MappingIterator<Seeding.Kept> all = Seeding.read(seeds.get(reading))) {
      while (all.hasNextValue()) {
        Seeding.Kept kept = all.nextValue();
        parents.replace(kept.seed().id(), kept.lineage());
        for (Copier copier : copiers) {
          int copy = 0;
          for (Attempt attempt : copier.copies(kept.seed())) {
            String key = String.valueOf(copy++);
            making.settle(copier.step(), kept.seed().id(), kept.lineage(), key, attempt);
          }
        }
      }
    }
    for (Generator generator : generators) {
      int number = 0;
      for (Ask ask : asks.get(generator)) {
        Attempt attempt = generator.attempt(ask, answers());
        String key = String.valueOf(number++);
        ExampleLine.Lineage lineage = parents.get(ask.parent());
        making.settle(generator.step(), ask.parent(), lineage, key, attempt);
      }
    }
  }

  private Thesaurus words(Step step) throws IOException {
    return step.wish().words() != null
        ? Thesaurus.of(step.wish().words())
        : Thesaurus.read(blobs, order.words().get(step.wish().wordsFile()));
  }

  private Map<String, Answer> answers() {
    return order.answers() == null ? Map.of() : order.answers();
  }

  private List<Step> of(SourceReading reading) {
    return steps.stream().filter(step -> step.source() == reading.position()).toList();
  }
}
