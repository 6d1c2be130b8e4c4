package io.tunemesh.local.demo;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What has become of a run so far, told by its events alone. */
final class RunStory {

  private final int uploads;
  private final Progress progress;
  private final Map<Stage, Instant> reached = new EnumMap<>(Stage.class);
  private final List<Double> losses = new ArrayList<>();
  private Instant begun;
  private int parsed;
  private DatasetBuilt dataset;
  private TrainingSucceeded training;
  private AdapterServing serving;
  private String failure;

  RunStory(int uploads, Progress progress) {
    this.uploads = uploads;
    this.progress = progress;
  }

  /** Takes one event in and shows what it changes. */
  void tell(Envelope<?> event) {
    if (begun == null) {
      begun = event.time();
    }
    switch (event.data()) {
      case UploadParsed p -> {
        parsed++;
        progress.show(Stage.PARSED, parsed, uploads, p.filename() + ", " + p.rows() + " rows");
        if (parsed == uploads) {
          reached.put(Stage.PARSED, event.time());
        }
      }
      case DatasetBuilt d -> {
        dataset = d;
        reached.put(Stage.DATASET, event.time());
        progress.show(
            Stage.DATASET,
            1,
            1,
            d.rowsIn() + " rows = " + d.rowsKept() + " kept + " + d.rowsRefused() + " refused");
      }
      case TrainingStarted s when s.resumedFromStep() > 0 ->
          progress.show(Stage.TRAINING, 0, 1, "resumed from step " + s.resumedFromStep());
      case TrainingProgressed p -> progressed(p, event.time());
      case TrainingSucceeded t -> training = t;
      case AdapterPublished a -> {
        reached.put(Stage.ADAPTER, event.time());
        progress.show(Stage.ADAPTER, 1, 1, a.model());
      }
      case AdapterServing a -> {
        serving = a;
        reached.put(Stage.SERVING, event.time());
        progress.show(Stage.SERVING, 1, 1, a.probes() + " probe answers equal to training's");
      }
      case UploadRejected r -> failure = r.filename() + " was rejected: " + r.reason();
      case DatasetRejected r -> failure = "The dataset was rejected: " + r.reason();
      case TrainingFailed f -> failure = "The training failed: " + f.reason();
      case TrainingCancelled c -> failure = "The training was cancelled.";
      case AdapterRefused r -> failure = "The adapter was refused: " + r.reason();
      default -> {}
    }
  }

  /** Whether the tuned model answers. */
  boolean served() {
    return serving != null && training != null;
  }

  /** Why the run ended without a served model; null while it has not. */
  String failure() {
    return failure;
  }

  DatasetBuilt dataset() {
    return dataset;
  }

  TrainingSucceeded training() {
    return training;
  }

  List<Double> losses() {
    return losses;
  }

  /** Seconds from the first event to the served model. */
  double seconds() {
    return seconds(begun, reached.get(Stage.SERVING));
  }

  /** Seconds that each stage took. */
  Map<Stage, Double> stages() {
    Map<Stage, Double> took = new EnumMap<>(Stage.class);
    Instant last = begun;
    for (Map.Entry<Stage, Instant> stage : reached.entrySet()) {
      took.put(stage.getKey(), seconds(last, stage.getValue()));
      last = stage.getValue();
    }
    return took;
  }

  private void progressed(TrainingProgressed p, Instant time) {
    Stage stage =
        switch (p.stage()) {
          case "base_evaluation" -> Stage.BASE_EVALUATION;
          case "training" -> Stage.TRAINING;
          case "evaluation" -> Stage.EVALUATION;
          default -> Stage.ADAPTER;
        };
    reached.put(stage, time);
    StringBuilder text = new StringBuilder();
    if (p.loss() != null && stage == Stage.TRAINING) {
      losses.add(p.loss());
      text.append("loss %.3f".formatted(p.loss()));
    }
    if (p.validationLoss() != null) {
      text.append("  validation %.3f".formatted(p.validationLoss()));
    }
    if (p.tokensPerSecond() != null) {
      text.append("  %,.0f tok/s".formatted(p.tokensPerSecond()));
    }
    if (p.etaS() != null && p.step() < p.steps()) {
      text.append("  %.0f s left".formatted(p.etaS()));
    }
    progress.show(stage, p.step(), p.steps(), text.toString().strip());
  }

  private static double seconds(Instant from, Instant to) {
    return from == null || to == null ? 0 : Duration.between(from, to).toMillis() / 1000.0;
  }
}
