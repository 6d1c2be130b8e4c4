package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.job.RowFailed;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Greedy;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.template.Prompt;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Pattern;

/** Asks a model for the answer to one row, and holds the answer to the labels that there are. */
@ApplicationScoped
class RowQuestion {

  private static final int LONGEST_SHOWN = 200;

  /** How much of a text is read, of which vLLM and our engine take -1 for what the model reads. */
  private static final String CUT = "truncate_prompt_tokens";

  /** What the template of a base that thinks writes before an answer without a thought. */
  private static final Pattern NO_THOUGHT = Pattern.compile("^\\s*<think>\\s*</think>\\s*");

  private final Turns turns;

  RowQuestion(Turns turns) {
    this.turns = turns;
  }

  /**
   * What a row was answered.
   *
   * @param probability null where the model gave none
   */
  record Answered(String text, Double probability) {}

  /**
   * Asks.
   *
   * @param tagged the text in the prompt that a head is to tag; null if none is known
   */
  Answered ask(Asker asker, PredictionSpec spec, Prompt prompt, String tagged)
      throws RowFailed, InterruptedException {
    return spec.task() == PredictionSpec.Task.CHAT
        ? chat(asker, spec, prompt)
        : classify(asker, spec, prompt, tagged);
  }

  private Answered chat(Asker asker, PredictionSpec spec, Prompt prompt)
      throws RowFailed, InterruptedException {
    ObjectNode body = spec.parameters().deepCopy();
    body.put("model", spec.model());
    ArrayNode messages = body.putArray("messages");
    if (prompt.system() != null) {
      add(messages, "system", prompt.system());
    }
    add(messages, "user", prompt.user());
    String first = text(turns.ask(Turn.of(asker, Api.CHAT, Source.BATCH, body.deepCopy())));
    if (spec.labels().isEmpty() || spec.labels().contains(first.strip())) {
      return new Answered(spec.labels().isEmpty() ? first : first.strip(), null);
    }
    add(messages, "assistant", first);
    add(messages, "user", "Answer with one of these and nothing else: " + labels(spec));
    String second = text(turns.ask(Turn.of(asker, Api.CHAT, Source.BATCH, body))).strip();
    if (!spec.labels().contains(second)) {
      throw unexpected(spec, second);
    }
    return new Answered(second, null);
  }

  private Answered classify(Asker asker, PredictionSpec spec, Prompt prompt, String tagged)
      throws RowFailed, InterruptedException {
    ObjectNode body = spec.parameters().deepCopy();
    body.remove(Greedy.fields());
    body.put("model", spec.model());
    if (!body.has(CUT)) {
      body.put(CUT, -1);
    }
    // As the trainer joins what a head is to read.
    String input = prompt.system() == null ? prompt.user() : prompt.system() + "\n" + prompt.user();
    body.put("input", input);
    JsonNode first =
        turns.ask(Turn.of(asker, Api.CLASSIFY, Source.BATCH, body)).path("data").path(0);
    JsonNode probs = first.path("probs");
    JsonNode label = first.path("label");
    String text;
    if (first.path("tokens").isArray()) {
      text = TaggedText.answer(first.path("tokens"), input, tagged, spec.tagsWords());
    } else if (probs.size() == 1) {
      text = probs.get(0).asText(); // of a regression, whose label is LABEL_0 by vLLM
    } else if (label.isValueNode() && !label.isNull()) {
      text = label.asText();
    } else {
      throw new RowFailed(
          new Problem(502, "no_label", "The model answered without a label.", null));
    }
    if (!spec.labels().isEmpty() && !spec.labels().contains(text)) {
      throw unexpected(spec, text);
    }
    return new Answered(text, probability(probs));
  }

  private static Double probability(JsonNode probs) {
    return probs.size() < 2
        ? null
        : probs.valueStream().mapToDouble(JsonNode::asDouble).max().getAsDouble();
  }

  private static String text(ObjectNode answer) throws RowFailed {
    JsonNode content = answer.at("/choices/0/message/content");
    if (!content.isTextual()) {
      throw new RowFailed(new Problem(502, "no_text", "The model answered without a text.", null));
    }
    return NO_THOUGHT.matcher(content.asText()).replaceFirst("");
  }

  private static void add(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  private static RowFailed unexpected(PredictionSpec spec, String answer) {
    String shown =
        answer.length() > LONGEST_SHOWN ? answer.substring(0, LONGEST_SHOWN) + "…" : answer;
    return new RowFailed(
        new Problem(
            422,
            "unexpected_label",
            "The answer '%s' is none of %s.".formatted(shown, labels(spec)),
            null));
  }

  private static String labels(PredictionSpec spec) {
    return String.join(", ", spec.labels());
  }
}
