package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole answer of a chat or a completion. A call of a tool and a refusal stay as they are; any
 * other choice has a text, be it an empty one. What tells of a text as the model gave it, such as
 * the tokens' likelihoods, goes when the rules change it.
 */
final class Answer {

  /** What models think aloud, and why they refuse; the same words are forbidden there. */
  static final List<String> THOUGHTS = List.of("reasoning_content", "reasoning", "refusal");

  /** What tells of the tokens of a text. */
  static final List<String> TOKENS = List.of("logprobs", "token_ids");

  private final ObjectNode answer;

  Answer(ObjectNode answer) {
    this.answer = answer;
  }

  /**
   * @param acted takes what was done
   * @return whether the answer is another now
   * @throws Unfit if it may not be given
   */
  boolean apply(AfterRules rules, List<Acted> acted) throws Unfit {
    if (!(answer.get("choices") instanceof ArrayNode choices)) {
      return false;
    }
    List<ObjectNode> written = new ArrayList<>();
    List<JsonNode> others = new ArrayList<>();
    for (JsonNode choice : choices) {
      if (choice instanceof ObjectNode one && isWritten(one)) {
        written.add(one);
      } else {
        others.add(choice);
      }
    }
    boolean several = choices.size() > 1;
    boolean changed = !written.isEmpty() && arrange(choices, written, others, rules, acted);
    for (JsonNode choice : choices) {
      if (choice instanceof ObjectNode one) {
        changed |= think(one, rules, several, acted);
        changed |= rules.forbidsWords() && forget(one);
      }
    }
    return changed;
  }

  /**
   * Takes away what tells of tokens, among them those that the model might have said. Whether it
   * told of any.
   */
  static boolean forget(ObjectNode choice) {
    boolean told = choice.hasNonNull("logprobs") || choice.has("token_ids");
    choice.remove(TOKENS);
    return told;
  }

  /** Some engines say an empty text beside a call of a tool. */
  private static boolean isWritten(ObjectNode choice) {
    ObjectNode owner = owner(choice);
    return !owner.path(field(choice)).asText("").isEmpty()
        || owner.path("tool_calls").isEmpty() && !owner.hasNonNull("refusal");
  }

  /** Whether that changes the answer, as all below. */
  private static boolean arrange(
      ArrayNode choices,
      List<ObjectNode> written,
      List<JsonNode> others,
      AfterRules rules,
      List<Acted> acted)
      throws Unfit {
    List<String> texts =
        written.stream().map(one -> owner(one).path(field(one)).asText("")).toList();
    List<AfterRules.Candidate> given = rules.apply(texts, acted);
    boolean changed = !others.isEmpty() || given.size() != written.size();
    choices.removeAll();
    for (AfterRules.Candidate candidate : given) {
      ObjectNode choice = written.get(candidate.index());
      changed |= write(choice, texts.get(candidate.index()), candidate);
      changed |= candidate.index() != choices.size() || !hasIndex(choice, choices.size());
      choices.add(choice.put("index", choices.size()));
    }
    others.forEach(
        other -> choices.add(((ObjectNode) other.deepCopy()).put("index", choices.size())));
    return changed;
  }

  private static boolean hasIndex(ObjectNode choice, int index) {
    JsonNode now = choice.path("index");
    return now.isInt() && now.intValue() == index;
  }

  private static boolean think(
      ObjectNode choice, AfterRules rules, boolean several, List<Acted> acted) throws Unfit {
    ObjectNode owner = owner(choice);
    List<Acted> own = new ArrayList<>();
    boolean changed = false;
    for (String thought : THOUGHTS) {
      if (owner.path(thought).isTextual()) {
        String text = owner.get(thought).asText();
        String allowed = rules.thought(text, own);
        owner.put(thought, allowed);
        changed |= !allowed.equals(text);
      }
    }
    if (changed) {
      forget(choice);
    }
    own.forEach(one -> acted.add(several ? one.of(choice.path("index").asInt()) : one));
    return changed;
  }

  private static boolean write(ObjectNode choice, String before, AfterRules.Candidate candidate) {
    ObjectNode owner = owner(choice);
    boolean changed = !candidate.text().equals(before);
    if (changed) {
      owner.put(field(choice), candidate.text());
      forget(choice);
    }
    if (candidate.cut() && stopped(choice)) {
      choice.put("finish_reason", "length");
      changed = true;
    }
    return changed;
  }

  /** Whether it ended of itself; who must call a tool has to be told so, however short the text. */
  static boolean stopped(ObjectNode choice) {
    return choice.path("finish_reason").asText("stop").equals("stop");
  }

  private static ObjectNode owner(ObjectNode choice) {
    return choice.get("message") instanceof ObjectNode message ? message : choice;
  }

  private static String field(ObjectNode choice) {
    return choice.get("message") instanceof ObjectNode ? "content" : "text";
  }
}
