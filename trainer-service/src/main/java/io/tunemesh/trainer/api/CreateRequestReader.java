package io.tunemesh.trainer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Runs;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.Spelling;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.Priority;
import io.tunemesh.trainer.job.UnknownModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads one body of a {@link CreateRequest} and gathers all that is wrong in it. */
final class CreateRequestReader {

  private static final List<String> KNOWN =
      List.of(
          "model",
          "training_file",
          "validation_file",
          "suffix",
          "seed",
          "metadata",
          "integrations",
          "method",
          "hyperparameters",
          "recipe",
          "training",
          "serve",
          "priority",
          "run");

  private final RequestFields fields;
  private final ObjectNode body;
  private final ParentSettings parent;
  private final Map<String, String> origins = new HashMap<>();

  /**
   * @param parent the job to which the body has changes, where a field of {@code training} that is
   *     null goes back to its default; null for a new job
   */
  static CreateRequestReader of(String body, ParentSettings parent) throws InvalidPlan {
    JsonNode tree;
    try {
      tree = Json.MAPPER.readTree(body == null ? "" : body);
    } catch (JsonProcessingException e) {
      throw new InvalidPlan(List.of(new Mistake("body", "is not JSON: " + e.getOriginalMessage())));
    }
    if (!(tree instanceof ObjectNode object)) {
      throw new InvalidPlan(List.of(new Mistake("body", "must be a JSON object")));
    }
    return new CreateRequestReader(object, parent);
  }

  private CreateRequestReader(ObjectNode body, ParentSettings parent) {
    this.fields = new RequestFields(body);
    this.body = body;
    this.parent = parent;
  }

  CreateRequest read(BaseModels models) throws InvalidPlan, UnknownModel {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name) && !name.equals("dataset")) {
                fields.wrong(name, Spelling.noField(name, "the job", KNOWN));
              }
            });
    String file = trainingFile();
    if (body.has("dataset")) {
      fields.wrong(
          "dataset",
          "is made by POST /v1/datasets; give its id (ds-…) as training_file, and leave this out");
    }
    if (body.has("validation_file")) {
      fields.wrong(
          "validation_file",
          "is not taken: the dataset splits off its own validation rows; leave it out");
    }
    if (body.path("integrations").size() > 0) {
      fields.wrong("integrations", "there are none here; leave it out");
    }
    ObjectNode training = fields.object("training");
    for (String name : List.of("model", "suffix", "seed", "priority")) {
      same(training, name, name, body.get(name));
    }
    if (!body.has("model") && parent == null) {
      fields.wrong("model", "is missing: name a base model");
    }
    Hyperparameters.Asked asked = Hyperparameters.read(body, fields.mistakes());
    same(training, "num_train_epochs", "n_epochs", asked.epochs());
    same(training, "per_device_train_batch_size", "batch_size", asked.batchSize());
    if (asked.method() != null) {
      same(training, "method", "method.type", TextNode.valueOf(asked.method()));
    }
    for (var pair : asked.ours().properties()) {
      String path = asked.path() + "." + pair.getKey();
      same(training, pair.getKey(), path, pair.getValue());
      origins.put(pair.getKey(), path);
    }
    Map<String, String> metadata = fields.metadata(parent == null ? null : parent.metadata());
    priority(training, metadata);
    Double multiplier = parent == null ? asked.multiplier() : parent.takeOver(training, asked);
    // "auto" is what OpenAI's clients send for a choice that they leave to us, as absent does
    training.properties().removeIf(pair -> TrainingSpec.isAuto(pair.getKey(), pair.getValue()));
    if (multiplier != null && training.has("learning_rate")) {
      fields.wrong("learning_rate_multiplier", "cannot be given with training.learning_rate");
    }
    TrainingSpec spec = section(training, "training", TrainingSpec.class);
    ServeSpec serve =
        body.has("serve")
            ? section(body.get("serve"), "serve", ServeSpec.class)
            : parent == null ? null : parent.serve();
    String recipe = recipe(file);
    String run = fields.text("run", 128);
    if (!Runs.isFine(run)) {
      fields.wrong("run", "must be " + Runs.WANTED);
    }
    try {
      String model = models.id(training.path("model").textValue());
      if (spec != null) {
        wrong("training", models.family(model).mistakes(spec));
      }
    } catch (UnknownModel e) {
      if (fields.mistakes().isEmpty()) {
        throw e;
      }
      fields.wrong("model", e.getMessage());
    }
    if (!fields.mistakes().isEmpty()) {
      throw new InvalidPlan(fields.mistakes());
    }
    return new CreateRequest(file, spec, multiplier, metadata, recipe, serve, run);
  }

  private String trainingFile() {
    String file = fields.text("training_file", 512);
    if (parent != null && !body.has("training_file")) {
      return parent.trainingFile();
    }
    if (file == null && !body.has("training_file")) {
      fields.wrong("training_file", "is missing: name a file (file-…) or a dataset (ds-…)");
    } else if (file != null && !file.startsWith("ds-") && !file.startsWith("file-")) {
      fields.wrong("training_file", "must be the id of a file (file-…) or of a dataset (ds-…)");
    }
    return file;
  }

  /** A word of {@code metadata} counts where no field of its own is given. */
  private void priority(ObjectNode training, Map<String, String> metadata) {
    String word = body.has("metadata") && metadata != null ? metadata.get("priority") : null;
    boolean known = Stream.of(Priority.values()).anyMatch(one -> one.wire().equals(word));
    if (known && !training.has("priority")) {
      training.put("priority", word);
    }
  }

  /** Takes a value that OpenAI and we both have a field for. */
  private void same(ObjectNode training, String ours, String theirs, JsonNode value) {
    if (value == null) {
      return;
    }
    if (training.has(ours) && !training.get(ours).asText().equals(value.asText())) {
      fields.wrong(theirs, "differs from training." + ours + "; give one of them");
    }
    training.set(ours, value);
  }

  private <T> T section(JsonNode node, String name, Class<T> type) {
    try {
      return Plans.read(node.toString(), type);
    } catch (InvalidPlan e) {
      wrong(name, e.mistakes());
      return null;
    }
  }

  /** Tells mistakes in a section under the names that the body has for these fields. */
  private void wrong(String section, List<Mistake> mistakes) {
    for (Mistake mistake : mistakes) {
      boolean top = body.has(mistake.field()) && KNOWN.contains(mistake.field());
      String there = top ? mistake.field() : section + "." + mistake.field();
      fields.wrong(origins.getOrDefault(mistake.field(), there), mistake.message());
    }
  }

  private String recipe(String file) {
    String recipe = fields.text("recipe", 64);
    if (recipe == null || file == null) {
      return recipe;
    }
    if (file.startsWith("ds-")) {
      fields.wrong("recipe", "is for a file; the dataset is made already");
      return recipe;
    }
    try {
      Plans.check(CreateRequest.datasetOf(file, recipe));
    } catch (InvalidPlan e) {
      e.mistakes().forEach(mistake -> fields.wrong("recipe", mistake.message()));
    }
    return recipe;
  }
}
