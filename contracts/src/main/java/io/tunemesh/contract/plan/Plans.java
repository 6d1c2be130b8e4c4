package io.tunemesh.contract.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads specifications strictly: unknown names and impossible values are all found at once, by the
 * published JSON Schema, and so is what cannot stand together in a {@link TrainingSpec}.
 */
public final class Plans {

  /** Bytes that a plan may have: the facts that carry it hold names and places beside it. */
  public static final int LARGEST = 800_000;

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Map<Class<?>, Schema> SCHEMAS = new ConcurrentHashMap<>();

  /** What of an event's data is a specification. */
  private static final List<String> SPECIFICATIONS = List.of("plan", "training", "serve");

  private static final ObjectReader STRICT =
      Json.MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // a double would turn 1e999 into an infinity, which no limit of the schema catches
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Plans() {}

  /** Reads a whole plan. */
  public static Plan plan(String json) throws InvalidPlan {
    return read(json, Plan.class);
  }

  /**
   * Reads a record of type {@code T}; in a training specification {@code auto} means what leaving
   * out means. The types are: {@link Plan}, {@link DatasetSpec}, {@link TrainingSpec}, {@link
   * ServeSpec}, or the data of an event.
   *
   * @throws InvalidPlan with every mistake; a mistake's field counts from {@code T}, as {@code
   *     sources[0].recipe} in a {@link DatasetSpec}
   */
  public static <T> T read(String json, Class<T> type) throws InvalidPlan {
    JsonNode tree = tree(json, type);
    refuse(tree, type, familiar(tree, type));
    try {
      return Json.MAPPER.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      String field = Explanation.field(rootOf(type), e.getPath());
      throw new InvalidPlan(List.of(new Mistake(field, e.getOriginalMessage())));
    } catch (JsonProcessingException e) {
      throw new InvalidPlan(List.of(new Mistake(rootOf(type), e.getOriginalMessage())));
    }
  }

  /**
   * Checks the values of a record that came another way: a request from Kafka, or a plan in an
   * event. Names that the contract does not know were passed over when it was read; {@link
   * #request} finds them in a request.
   *
   * @throws InvalidPlan with every mistake
   */
  public static void check(Record specification) throws InvalidPlan {
    refuse(Json.MAPPER.valueToTree(specification), specification.getClass(), List.of());
  }

  /**
   * The data of a request.
   *
   * @param data without the specifications that have mistakes
   * @param mistakes every one in the specifications; its field counts from the data
   */
  public record Request(ObjectNode data, List<Mistake> mistakes) {}

  /**
   * Reads the specifications in the data of an event that a client wrote as strictly as any other.
   *
   * @param type of the data
   * @return empty if the data are no object
   * @throws IOException if they are no JSON
   */
  public static Optional<Request> request(byte[] json, Class<?> type) throws IOException {
    String unclear = null;
    JsonNode tree;
    try {
      tree = STRICT.readTree(json);
    } catch (JsonProcessingException e) {
      unclear = e.getOriginalMessage();
      tree = Json.MAPPER.readTree(json);
    }
    return tree instanceof ObjectNode data
        ? Optional.of(
            new Request(data, unclear == null ? settle(data, type) : takeOut(data, unclear)))
        : Optional.empty();
  }

  private static List<Mistake> settle(ObjectNode data, Class<?> type) {
    List<Mistake> mistakes =
        mistakes(data, type, familiar(data, type)).stream()
            .filter(mistake -> data.has(section(mistake)))
            .filter(mistake -> SPECIFICATIONS.contains(section(mistake)))
            .toList();
    mistakes.forEach(mistake -> data.remove(section(mistake)));
    return mistakes;
  }

  /** Of data in which a name stands twice, or more behind their end, none is read. */
  private static List<Mistake> takeOut(ObjectNode data, String unclear) {
    List<Mistake> mistakes =
        SPECIFICATIONS.stream()
            .filter(data::has)
            .map(section -> new Mistake(section, "is in JSON that can be misread: " + unclear))
            .toList();
    data.remove(SPECIFICATIONS);
    return mistakes;
  }

  /** The first name in a mistake's field. */
  private static String section(Mistake mistake) {
    return mistake.field().split("[.\\[]", 2)[0];
  }

  private static JsonNode tree(String json, Class<?> type) throws InvalidPlan {
    JsonNode tree;
    try {
      tree = STRICT.readTree(json);
    } catch (JsonProcessingException e) {
      String at =
          e.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new InvalidPlan(
          List.of(new Mistake(rootOf(type), "is no JSON: " + e.getOriginalMessage() + at)));
    }
    if (tree.isMissingNode()) {
      throw new InvalidPlan(List.of(new Mistake(rootOf(type), "is empty; give a JSON object")));
    }
    return tree;
  }

  private static List<Mistake> familiar(JsonNode tree, Class<?> type) {
    List<Mistake> mistakes = new ArrayList<>();
    trainings(tree, type)
        .forEach((prefix, training) -> mistakes.addAll(Familiar.takeOut(training, prefix)));
    return mistakes;
  }

  /** Where training specifications stand in a tree, by what is before the names of their fields. */
  private static Map<String, JsonNode> trainings(JsonNode tree, Class<?> type) {
    return type == TrainingSpec.class
        ? Map.of("", tree)
        : new TreeMap<>(
            Map.of(
                "training.", tree.path("training"), "plan.training.", tree.at("/plan/training")));
  }

  private static void refuse(JsonNode tree, Class<?> type, List<Mistake> known) throws InvalidPlan {
    List<Mistake> mistakes = mistakes(tree, type, known);
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  private static List<Mistake> mistakes(JsonNode tree, Class<?> type, List<Mistake> known) {
    Schema schema = SCHEMAS.computeIfAbsent(type, Plans::load);
    Explanation explanation = new Explanation(rootOf(type), schema.getSchemaNode(), tree);
    List<Mistake> mistakes = new ArrayList<>(known);
    schema.validate(tree).forEach(error -> mistakes.add(explanation.of(error)));
    trainings(tree, type)
        .forEach((prefix, training) -> mistakes.addAll(TrainingRules.broken(training, prefix)));
    return mistakes;
  }

  /** What a mistake that is about the whole record calls it. */
  private static String rootOf(Class<?> type) {
    return Explanation.noun(type.getSimpleName());
  }

  private static Schema load(Class<?> type) {
    String file = "/schemas/" + type.getSimpleName() + ".json";
    try (var in = Plans.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("the contracts have no " + file);
      }
      return REGISTRY.getSchema(in, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
