package io.tunemesh.dataset.build;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.augment.Step;
import io.tunemesh.dataset.augment.Thesaurus;
import io.tunemesh.dataset.split.Part;
import java.util.List;

/** What of an {@code augment} can only be found wrong when its source is there. */
final class Unaugmentable {

  private Unaugmentable() {}

  /** The refusal of a method that a source's recipe, found by its content, cannot be used with. */
  static Made.Rejected misfit(List<Step> steps, List<SourceReading> readings) {
    for (Step step : steps) {
      var type = readings.get(step.source()).type();
      if (!step.method().fits(type)) {
        String reason = step.method().misfit(type.name());
        Where where = Where.field(step.field("method"));
        return new Made.Rejected(null, "augment_unfit", reason, where);
      }
    }
    return null;
  }

  /** The refusal of more copies than a training part may have lines. */
  static Made.Rejected tooMany(List<Step> steps, List<SourceReading> readings, long most) {
    for (Step step : steps) {
      long examples = readings.get(step.source()).tally().examples(Part.TRAIN);
      if (!step.method().asksAModel() && examples * step.copies() > most) {
        return new Made.Rejected(
            null,
            "mix_too_large",
            "%d copies of %d examples are asked for, and %d training lines are the most; lower 'copies'"
                .formatted(step.copies(), examples, most),
            Where.field(step.field("copies")));
      }
    }
    return null;
  }

  /** The refusal of an uploaded word list that exchanges nothing. */
  static Made.Rejected noWords(Step step, UploadParsed list) {
    return new Made.Rejected(
        null,
        "word_list_empty",
        Thesaurus.nothingIn(list.filename()),
        Where.field(step.field("words_file")));
  }

  /** The refusal of a model that nobody serves. */
  static Made.Rejected modelUnknown(Step step) {
    return new Made.Rejected(
        null,
        "model_not_found",
        "no served model has the name '%s'; GET /v1/models lists those that may be asked"
            .formatted(step.wish().model()),
        Where.field(step.field("model")));
  }
}
