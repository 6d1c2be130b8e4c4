package io.tunemesh.trainer.job;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.training.BestMetric;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * What came of a job: an adapter, or the reason why there is none; all null as long as neither is
 * known.
 */
@Embeddable
public class Outcome {

  static final Outcome NONE = new Outcome();

  @Column(name = "adapter_id")
  public String adapterId;

  @Column(name = "fine_tuned_model")
  public String fineTunedModel;

  @Column(name = "trained_tokens")
  public Long trainedTokens;

  @Column(name = "loss_curve")
  public String lossCurve;

  public String metrics;

  @Column(name = "best_step")
  public Long bestStep;

  /** What chose that step, as JSON. */
  @Column(name = "best_metric")
  public String bestMetric;

  @Column(name = "overfitting_since")
  public Long overfittingSince;

  @Column(name = "error_code")
  public String errorCode;

  @Column(name = "error_message")
  public String errorMessage;

  @Column(name = "error_param")
  public String errorParam;

  static Outcome of(TrainingSucceeded succeeded) {
    Outcome outcome = new Outcome();
    outcome.adapterId = succeeded.adapterId();
    outcome.fineTunedModel = succeeded.fineTunedModel();
    outcome.trainedTokens = succeeded.trainedTokens();
    outcome.lossCurve = JsonText.of(succeeded.lossCurve());
    outcome.metrics = JsonText.of(succeeded.metrics());
    outcome.bestStep = succeeded.bestStep();
    outcome.bestMetric = JsonText.of(succeeded.bestMetric());
    outcome.overfittingSince = succeeded.overfittingSince();
    return outcome;
  }

  static Outcome of(String code, String message, String param) {
    Outcome outcome = new Outcome();
    outcome.errorCode = code;
    outcome.errorMessage = message;
    outcome.errorParam = param;
    return outcome;
  }

  /** What chose the published step; null if that is not known. */
  public BestMetric chosenBy() {
    return JsonText.read(bestMetric, BestMetric.class);
  }

  /** The drawn curve of the losses; null if there is none. */
  public BlobRef curve() {
    return JsonText.read(lossCurve, BlobRef.class);
  }
}
