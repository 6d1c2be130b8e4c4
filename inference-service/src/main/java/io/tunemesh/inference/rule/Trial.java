package io.tunemesh.inference.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.platform.http.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What to try rules on.
 *
 * @param rules as JSON; null where those of {@code name} are meant
 * @param question a body with messages; null where only an answer is tried
 * @param answers what a model might answer; several are candidates
 */
record Trial(String name, String rules, ObjectNode question, List<String> answers) {

  private static final Set<String> FIELDS = Set.of("rules", "name", "input", "messages", "output");

  /**
   * @throws InvalidPlan with every mistake
   */
  static Trial read(String json) throws InvalidPlan, JsonProcessingException {
    JsonNode tree = Json.MAPPER.readTree(json);
    List<Mistake> mistakes = new ArrayList<>();
    if (!tree.isObject()) {
      throw new InvalidPlan(List.of(new Mistake("trial", "must be an object")));
    }
    tree.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field)) {
                mistakes.add(
                    new Mistake(field, "is no field of a trial; its fields are " + sorted(FIELDS)));
              }
            });
    if (tree.has("rules") == tree.has("name")) {
      mistakes.add(new Mistake("rules", "give either rules or the name of those to try"));
    }
    text(tree, "name", mistakes);
    text(tree, "input", mistakes);
    if (tree.has("messages") && !tree.get("messages").isArray()) {
      mistakes.add(new Mistake("messages", "must be a list"));
    }
    List<String> answers = new ArrayList<>();
    JsonNode output = tree.path("output");
    if (output.isTextual()) {
      answers.add(output.asText());
    } else if (output.isArray()) {
      output.forEach(one -> answers.add(one.asText()));
    } else if (!output.isMissingNode()) {
      mistakes.add(new Mistake("output", "must be a text or a list of texts"));
    }
    if (!tree.has("input") && !tree.has("messages") && answers.isEmpty()) {
      mistakes.add(new Mistake("input", "give input, messages or output: something to try on"));
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
    return new Trial(
        tree.path("name").asText("rules"),
        tree.has("rules") ? tree.get("rules").toString() : null,
        question(tree),
        answers);
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  private static void text(JsonNode tree, String field, List<Mistake> mistakes) {
    if (tree.has(field) && !tree.get(field).isTextual()) {
      mistakes.add(new Mistake(field, "must be a text"));
    }
  }

  private static ObjectNode question(JsonNode tree) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    if (tree.has("messages")) {
      body.set("messages", tree.get("messages"));
    } else if (tree.has("input")) {
      ArrayNode messages = body.putArray("messages");
      messages.addObject().put("role", "user").put("content", tree.get("input").asText());
    }
    return body.isEmpty() ? null : body;
  }

  /** What {@code ready} makes of it. */
  JsonNode with(Rules ready) {
    ready.check();
    ObjectNode result = Json.MAPPER.createObjectNode().put("object", "rule_set.trial");
    if (question != null) {
      result.set("before", before(ready.before()));
    }
    if (!answers.isEmpty()) {
      result.set("after", after(ready.after()));
    }
    return result;
  }

  private ObjectNode before(BeforeRules before) {
    ObjectNode told = Json.MAPPER.createObjectNode();
    ObjectNode body = question.deepCopy();
    try {
      List<Acted> acted = before == null ? List.of() : before.apply(new Asked(Api.CHAT, body));
      told.set("messages", body.get("messages"));
      told.set("acted", Json.MAPPER.valueToTree(acted));
    } catch (Refusal refusal) {
      refused(told, refusal.problem().code(), refusal.getMessage());
    }
    return told;
  }

  private ObjectNode after(AfterRules after) {
    ObjectNode told = Json.MAPPER.createObjectNode();
    List<Acted> acted = new ArrayList<>();
    try {
      ArrayNode outputs = told.putArray("output");
      if (after == null) {
        answers.forEach(outputs::add);
      } else {
        after.apply(answers, acted).forEach(candidate -> outputs.add(candidate.text()));
      }
      told.set("acted", Json.MAPPER.valueToTree(acted));
    } catch (Unfit unfit) {
      told.remove("output");
      refused(told, unfit.code(), unfit.getMessage());
    }
    return told;
  }

  private static void refused(ObjectNode told, String code, String message) {
    told.putObject("refused").put("code", code).put("message", message);
  }
}
