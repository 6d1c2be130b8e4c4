package io.tunemesh.trainer.report;

import io.tunemesh.platform.page.Numbers;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says in plain words what of a job matters, the worst first. */
final class LookAt {

  private final List<JobReport.Remark> problems = new ArrayList<>();
  private final List<JobReport.Remark> notes = new ArrayList<>();

  private LookAt() {}

  static List<JobReport.Remark> of(
      TrainingJob job,
      JobReport.Failure error,
      Curve curve,
      Map<String, Map<String, Double>> metrics,
      int attempts) {
    LookAt look = new LookAt();
    if (error != null) {
      look.problem("problem", error.code(), "There is no model: " + error.message(), null);
    } else if (!job.status.isFinal()) {
      look.note("not_over", "The job is %s; this is what there is so far.".formatted(words(job)));
    }
    look.gain(metrics);
    look.curve(curve);
    if (attempts > 1) {
      look.note("attempts", "The job took %d attempts; their ends are below.".formatted(attempts));
    }
    look.problems.addAll(look.notes);
    return look.problems;
  }

  private static String words(TrainingJob job) {
    return job.status.wire().replace('_', ' ');
  }

  private void gain(Map<String, Map<String, Double>> metrics) {
    Double base = metrics.getOrDefault("base", Map.of()).get("loss");
    Double tuned = metrics.getOrDefault("tuned", Map.of()).get("loss");
    if (base == null || tuned == null) {
      return;
    }
    String both =
        "from %s to %s on the test split".formatted(Numbers.digits(base), Numbers.digits(tuned));
    if (tuned < base) {
      note("gain", "Tuning lowered the loss " + both + ".");
    } else {
      problem(
          "problem",
          "no_gain",
          "Tuning did not lower the loss: it went " + both + ".",
          "look at the samples and the dataset's report; try more examples or another learning rate");
    }
  }

  private void curve(Curve curve) {
    if (curve.overfittingSince() != null) {
      problem(
          "warning",
          "overfit",
          "From step %s on the model grew worse on the validation split while it learnt the training split by heart%s."
              .formatted(
                  Numbers.count(curve.overfittingSince()),
                  curve.bestStep() == null
                      ? ""
                      : "; step %s is the best".formatted(Numbers.count(curve.bestStep()))),
          "train fewer epochs, set early_stopping_steps, or add examples");
    } else if (!curve.points().isEmpty()
        && curve.points().stream().allMatch(point -> point.validationLoss == null)) {
      note("not_validated", "Nothing was validated so far, so that over-fitting cannot be seen.");
    }
  }

  private void problem(String level, String code, String message, String remedy) {
    problems.add(new JobReport.Remark(level, code, message, remedy));
  }

  private void note(String code, String message) {
    notes.add(new JobReport.Remark("note", code, message, null));
  }
}
