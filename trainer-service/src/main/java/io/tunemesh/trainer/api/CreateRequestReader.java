package io.tunemesh.trainer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads one body of a {@link CreateRequest} and gathers all that is wrong in it. */
final class CreateRequestReader {

  private static final Set<String> KNOWN =
      Set.of(
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

  /** What the trainer chooses by the data and the model where it is not given. */
  private static final Set<String> CHOSEN =
      Set.of(
          "learning_rate",
          "num_train_epochs",
          "per_device_train_batch_size",
          "lora_alpha",
          "eval_steps",
          "save_steps",
          "max_new_tokens");

  private final RequestFields fields;
  private final ObjectNode body;
  private final ParentSettings parent;
  private final Map<String, String> origins = new HashMap<>();

  static CreateRequestReader of(String body) throws InvalidPlan {
    return of(body, null);
  }

  /**
   * Reads changes to {@code parent}; a field of {@code training} that is null goes back to its
   * default.
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

  CreateRequest read() throws InvalidPlan {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                fields.wrong(name, "is not known here");
              }
            });
    String file = trainingFile();
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
    training.properties().removeIf(pair -> isChosen(pair.getKey(), pair.getValue()));
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

  private static boolean isChosen(String name, JsonNode value) {
    return CHOSEN.contains(name) && "auto".equals(value.textValue());
  }

  private <T> T section(JsonNode node, String name, Class<T> type) {
    try {
      return Plans.read(node.toString(), type);
    } catch (InvalidPlan e) {
      for (Mistake mistake : e.mistakes()) {
        boolean top = body.has(mistake.field()) && KNOWN.contains(mistake.field());
        String there = top ? mistake.field() : name + "." + mistake.field();
        fields.wrong(origins.getOrDefault(mistake.field(), there), mistake.message());
      }
      return null;
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
