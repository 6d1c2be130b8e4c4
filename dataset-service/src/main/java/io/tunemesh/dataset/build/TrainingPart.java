package io.tunemesh.dataset.build;

import io.tunemesh.dataset.mix.Mix;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.util.List;

/** Writes the training part from what each source gave, by the lines that the mix allots to it. */
final class TrainingPart {

  private TrainingPart() {}

  /** The part; a first source that is taken as it is becomes the beginning without a copy. */
  static Lines of(Sources sources, Drafts drafts, List<Long> lines) throws IOException {
    List<Lines> trains = drafts.trains();
    boolean begun = examples(sources, 0) == lines.getFirst();
    Lines train =
        begun ? Lines.onto(trains.getFirst()) : new Lines(drafts.folder().resolve("train.jsonl"));
    try (train) {
      for (int source = begun ? 1 : 0; source < trains.size(); source++) {
        add(train, trains.get(source), examples(sources, source), lines.get(source));
      }
    }
    return train;
  }

  private static long examples(Sources sources, int source) {
    return sources.all().get(source).tally().examples(Part.TRAIN);
  }

  private static void add(Lines train, Lines source, long examples, long lines) throws IOException {
    for (long pass = 0; pass < Mix.passes(examples, lines); pass++) {
      long now = pass;
      train.add(source.file(), index -> Mix.takes(now, index, examples, lines));
    }
  }
}
