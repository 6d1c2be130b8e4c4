package io.tunemesh.trainer.history;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

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
}
