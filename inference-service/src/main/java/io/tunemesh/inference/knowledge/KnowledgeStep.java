package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.RulesSpec.Knowledge;
import io.tunemesh.inference.rule.RuleStep;
import io.tunemesh.inference.rule.RuleView;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Step;
import io.tunemesh.inference.turn.Turn;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts passages of documents into a chat: those of the stores that the model's or alias's rules
 * name, and of those that the request names by a {@code file_search} tool. The answer tells under
 * {@code tunemesh.citations} which they were, and each choice where in its text it has a {@code
 * [1]}. A store that only the rules name and that is gone is left out, which the answer tells, too.
 */
@ApplicationScoped
@Priority(400)
public class KnowledgeStep implements Step {

  private final RuleView rules;
  private final RuleStep ruleStep;
  private final Retrieval retrieval;
  private final Map<String, Integer> cited = new ConcurrentHashMap<>();

  KnowledgeStep(RuleView rules, RuleStep ruleStep, Retrieval retrieval) {
    this.rules = rules;
    this.ruleStep = ruleStep;
    this.retrieval = retrieval;
  }

  @Override
  public boolean concerns(Turn turn) {
    return turn.api() == Api.CHAT
        // It has the passages of the question that it shadows.
        && turn.source() != Source.SHADOW
        && (attached(turn) != null || turn.mayHaveTool("file_search"));
  }

  private Knowledge attached(Turn turn) {
    return rules.knowledge(turn.tenant(), turn.asked(), turn.model());
  }

  @Override
  public boolean before(Turn turn) {
    return false;
  }

  @Override
  public void await(Turn turn) throws InterruptedException {
    ObjectNode body = turn.body();
    Knowledge knowledge = attached(turn);
    Asking asking = Asking.of(body, knowledge);
    if (asking.stores().isEmpty() || asking.question().isBlank()) {
      return;
    }
    List<Excerpt> found =
        retrieval.find(
            turn.tenant(),
            asking.stores(),
            asking.search(),
            (store, refusal) -> {
              if (asking.named().contains(store)) {
                throw refusal;
              }
              // Who asks did not name it, and cannot do anything about it.
              ruleStep.acted(
                  turn,
                  "knowledge.vector_store_ids",
                  "answered without a vector store: " + refusal.getMessage());
            });
    String instruction = knowledge == null ? null : knowledge.instruction();
    Prompt.put(body, found, asking.question(), instruction);
    cited.put(turn.id(), found.size());
    turn.tell("citations", citations(found));
  }

  private static ArrayNode citations(List<Excerpt> found) {
    ArrayNode citations = Json.MAPPER.createArrayNode();
    for (Excerpt one : found) {
      ObjectNode citation = citations.addObject();
      citation.put("index", citations.size()).put("file_id", one.fileId());
      citation.put("filename", one.filename()).put("score", one.score());
      citation.put("text", one.text());
      citation.set("place", Json.MAPPER.valueToTree(one.place()));
      if (one.attributes() != null) {
        citation.set("attributes", one.attributes());
      }
    }
    return citations;
  }

  /** A stream is relayed as it comes: its citations are told at its end, its text has no marks. */
  @Override
  public boolean readsAnswer(Turn turn) {
    return !turn.streams() && cited.containsKey(turn.id());
  }

  @Override
  public boolean after(Turn turn, ObjectNode answer) {
    int passages = cited.get(turn.id());
    boolean changed = false;
    for (JsonNode choice : answer.path("choices")) {
      ArrayNode marks = Prompt.marks(choice.at("/message/content").asText(""), passages);
      if (!marks.isEmpty()) {
        // With its choice, which rules may move. OpenAI's annotations know only the web.
        ((ObjectNode) choice).putObject("tunemesh").set("marks", marks);
        changed = true;
      }
    }
    return changed;
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    cited.remove(turn.id());
  }
}
