package io.tunemesh.dataset.build;

import io.tunemesh.dataset.mix.Mix;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Writes the training part from what each source gave, by the lines that the mix allots to it. */
final class TrainingPart {

  private TrainingPart() {}

  /** The part; a first source that is taken as it is becomes the beginning without a copy. */
  static Lines of(Sources sources, Drafts drafts, List<Long> lines, Advance advance)
      throws IOException {
    List<Lines> trains = drafts.trains();
    boolean begun = examples(sources, 0) == lines.getFirst();
    Lines train =
        begun ? Lines.onto(trains.getFirst()) : new Lines(drafts.folder().resolve("train.jsonl"));
    try (train) {
      for (int source = begun ? 1 : 0; source < trains.size(); source++) {
        add(train, trains.get(source), examples(sources, source), lines.get(source), advance);
      }
    }
    return train;
  }

  /** How large it becomes, where a source's lines are closed and as long as each other. */
  static long bytes(Drafts drafts, List<Long> lines) throws IOException {
    double bytes = 0; // beyond the range of a long where a mix asks for that
    for (int source = 0; source < lines.size(); source++) {
      Lines train = drafts.trains().get(source);
      if (train.count() > 0) {
        bytes += (double) Files.size(train.file()) * lines.get(source) / train.count();
      }
    }
    return (long) Math.ceil(bytes);
  }

  private static long examples(Sources sources, int source) {
    return sources.all().get(source).tally().examples(Part.TRAIN);
  }

  private static void add(Lines train, Lines source, long examples, long lines, Advance advance)
      throws IOException {
    for (long pass = 0; pass < Mix.passes(examples, lines); pass++) {
      advance.check();
      long now = pass;
      train.add(source.file(), index -> Mix.takes(now, index, examples, lines));
    }
  }
}
