package io.tunemesh.trainer.history;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Map;

/** What one model, {@code base} or {@code tuned}, did on the test split. */
@Entity
@Table(name = "evaluation")
public class Evaluation extends PanacheEntityBase {

  @Id public String id;

  @Column(name = "job_id")
  public String jobId;

  public String model;
  public long examples;
  public String metrics;
  public String samples;

  /** Null where the worker told none. */
  public String worst;

  public Map<String, Double> metricsByName() {
    return JsonText.read(metrics, new TypeReference<Map<String, Double>>() {});
  }

  public List<Sample> sampleList() {
    return JsonText.read(samples, new TypeReference<List<Sample>>() {});
  }

  /** The answers that were furthest from what was expected, the worst first. */
  public List<Worst> worstList() {
    return worst == null ? List.of() : JsonText.read(worst, new TypeReference<List<Worst>>() {});
  }

  /**
   * An answer that was far from what was expected.
   *
   * @param index of the example in the test split, from 0
   * @param line of the test file, from 1
   * @param metric by which it was ranked
   * @param score of the answer alone
   * @param baseAnswer the answer of the untuned model; null in its own evaluation
   */
  public record Worst(
      long index,
      Long line,
      String prompt,
      String expected,
      String answer,
      String metric,
      Double score,
      String baseAnswer,
      Double baseScore) {}

  /** One prompt of the test split with the answer wanted and the answer given. */
  public record Sample(String prompt, String reference, String output) {}
}
