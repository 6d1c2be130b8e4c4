package io.tunemesh.dataset.build;

import io.tunemesh.dataset.augment.Attempt;
import io.tunemesh.dataset.augment.Augmented;
import io.tunemesh.dataset.augment.Count;
import io.tunemesh.dataset.augment.Known;
import io.tunemesh.dataset.augment.Step;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.clean.Normalized;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Place;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds what was made of one source's examples to its lines, if it is new and fit.
 *
 * @param draft where they go
 * @param all the tally of all sources
 * @param cleaning of the whole dataset
 * @param known what the dataset holds by now
 */
public record Making(
    SourceReading reading,
    Sink draft,
    Tally all,
    Cleaning cleaning,
    Known known,
    Map<Step, Count.Running> counts) {

  /** Takes or drops what came of an attempt; {@code copy} tells it from the step's others. */
  public void settle(
      Step step, String parent, ExampleLine.Lineage lineage, String copy, Attempt attempt)
      throws IOException {
    Count.Running count = counts.get(step);
    switch (attempt) {
      case Attempt.Dropped dropped -> count.dropped(dropped.code());
      case Attempt.Done done -> {
        String id = id(parent, step, copy);
        Augmented mark = new Augmented(step.method().key(), parent);
        Normalized clean = clean(step, done.example());
        Example example = clean.example();
        ExampleLine line = reading.line(id, example, lineage, mark);
        Optional<String> refusal = refusal(step, line, example);
        if (refusal.isPresent()) {
          count.dropped(refusal.get());
          return;
        }
        draft.example(line, Part.TRAIN);
        reading.tally().keep(Part.TRAIN, 0, example.label());
        reading.tally().change(clean.changed());
        all.keep(Part.TRAIN, 0, null);
        all.change(clean.changed());
        count.made();
      }
    }
  }

  /**
   * What a model wrote is put in order as what came in a file is; the others are copies of that.
   */
  private Normalized clean(Step step, Example example) {
    return step.method().asksAModel()
        ? cleaning.normalized(reading.type().name(), example)
        : new Normalized(example, Set.of());
  }

  /** What a model wrote is cleaned as what came in a file is; the others are copies by design. */
  private Optional<String> refusal(Step step, ExampleLine line, Example example)
      throws IOException {
    Place place = new Place(line.lineage().sheet(), line.lineage().row());
    Optional<String> refusal =
        Broken.line(line, place)
            .map(broken -> broken.code())
            .or(() -> known.refusal(step.method(), example));
    if (refusal.isPresent() || !step.method().asksAModel() || cleaning.removesNothing()) {
      return refusal;
    }
    Optional<Cleaning.Removal> noise = cleaning.noise(reading.type(), example.content());
    return (noise.isPresent()
            ? noise
            : cleaning.remove(example.content().words(), place.row(), "the generated examples"))
        .map(Cleaning.Removal::code);
  }

  private static String id(String parent, Step step, String copy) {
    String cause = String.join("\n", parent, String.valueOf(step.index()), copy);
    return "ex-" + Digests.sha256(cause.getBytes(StandardCharsets.UTF_8)).substring(0, 24);
  }
}
