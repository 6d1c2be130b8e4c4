package io.tunemesh.dataset.preview;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.build.SourceFault;
import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.recipe.Task;
import java.util.ArrayList;
import java.util.List;

/** What a specification makes of the files that are there, before a row of them is read. */
final class Readings {

  private Readings() {}

  /**
   * Passes a specification that fits its files.
   *
   * @param files in the order of the sources; null for one that is not known yet
   * @throws InvalidPlan with every mistake
   */
  static void check(DatasetSpec spec, List<UploadParsed> files) throws InvalidPlan {
    List<Mistake> mistakes = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (files.get(i) != null) {
        SourceFault.of(i, spec, files.get(i)).forEach(fault -> mistakes.add(fault.mistake()));
      }
    }
    if (mistakes.isEmpty() && !files.contains(null)) {
      task(of(spec, files, new Cleaning(null)), mistakes);
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  /** The readings of files that were {@link #check}ed. */
  static List<SourceReading> of(DatasetSpec spec, List<UploadParsed> files, Cleaning cleaning) {
    List<SourceReading> readings = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      readings.add(SourceReading.sound(i, spec, files.get(i), cleaning));
    }
    return readings;
  }

  private static void task(List<SourceReading> readings, List<Mistake> mistakes) {
    if (Task.of(readings.stream().map(reading -> reading.type().task()).toList()).isEmpty()) {
      mistakes.add(
          new Mistake(
              "sources",
              "mix plain text, which is for pre-training, with instructions; make a dataset of"
                  + " each"));
    }
  }
}
