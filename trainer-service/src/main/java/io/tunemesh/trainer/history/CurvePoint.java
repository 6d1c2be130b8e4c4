package io.tunemesh.trainer.history;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Map;

/** The losses at one step. An attempt that repeats a step replaces its point. */
@Entity
@Table(name = "curve_point")
public class CurvePoint extends PanacheEntityBase {

  @Id public String id;

  @Column(name = "job_id")
  public String jobId;

  public long step;
  public Double loss;

  @Column(name = "validation_loss")
  public Double validationLoss;

  @Column(name = "learning_rate")
  public Double learningRate;

  @Column(name = "mean_token_accuracy")
  public Double meanTokenAccuracy;

  @Column(name = "validation_mean_token_accuracy")
  public Double validationMeanTokenAccuracy;

  /** By name; null where nothing but the loss was measured. */
  @Column(name = "validation_metrics")
  public String validationMetrics;

  public Map<String, Double> metricsByName() {
    return JsonText.read(validationMetrics, new TypeReference<Map<String, Double>>() {});
  }
}
