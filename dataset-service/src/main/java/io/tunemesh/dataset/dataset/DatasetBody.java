package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Runs;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body of {@code POST /v1/datasets}: a dataset's specification, with {@code training} and
 * {@code serve} to go on with and the {@code run} it belongs to.
 *
 * @param run null where none was given
 */
public record DatasetBody(Plan plan, String run) {

  private static final Set<String> BESIDE = Set.of("training", "serve");
  private static final String DATASET = "dataset.";
  private static final ObjectReader STRICT =
      Json.MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** Reads and checks a body; every mistake is told at once. */
  public static DatasetBody read(String json) throws InvalidPlan {
    ObjectNode whole = object(json);
    String run = run(whole.remove("run"));
    ObjectNode plan = Json.MAPPER.createObjectNode();
    ObjectNode dataset = plan.putObject("dataset");
    for (Map.Entry<String, JsonNode> field : whole.properties()) {
      (BESIDE.contains(field.getKey()) ? plan : dataset).set(field.getKey(), field.getValue());
    }
    try {
      return new DatasetBody(checked(plan, run), run);
    } catch (InvalidPlan e) {
      throw new InvalidPlan(e.mistakes().stream().map(DatasetBody::inBody).toList());
    }
  }

  private static Plan checked(ObjectNode plan, String run) throws InvalidPlan {
    Plan read;
    try {
      read = Plans.plan(plan.toString());
    } catch (InvalidPlan e) {
      throw new InvalidPlan(PlanCheck.all(plan, e.mistakes(), run));
    }
    PlanCheck.check(read, run);
    return read;
  }

  private static ObjectNode object(String json) throws InvalidPlan {
    try {
      if (STRICT.readTree(json == null ? "" : json) instanceof ObjectNode object) {
        return object;
      }
      throw wrong("body", "must be a JSON object with 'sources'");
    } catch (JsonProcessingException e) {
      throw wrong("body", "is no JSON: " + e.getOriginalMessage());
    }
  }

  private static String run(JsonNode run) throws InvalidPlan {
    if (run == null || run.isNull()) {
      return null;
    }
    if (!run.isTextual() || !Runs.isFine(run.asText())) {
      throw wrong("run", "must be " + Runs.WANTED);
    }
    return run.asText();
  }

  private static InvalidPlan wrong(String field, String message) {
    return new InvalidPlan(List.of(new Mistake(field, message)));
  }

  private static Mistake inBody(Mistake mistake) {
    return mistake.field().startsWith(DATASET)
        ? new Mistake(mistake.field().substring(DATASET.length()), mistake.message())
        : mistake;
  }
}
