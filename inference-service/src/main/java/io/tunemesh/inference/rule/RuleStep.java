package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.RulesSpec.JsonForm;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.ChunkFilter;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Step;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Applies the rules of the model or alias that was asked for, and tells which of them acted. */
@ApplicationScoped
@Priority(300)
public class RuleStep implements Step {

  /** The rules that a turn began with, which hold to its end, and what they did. */
  private record Begun(Rules rules, List<Acted> acted) {}

  private final RuleView view;
  private final Map<String, Begun> begun = new ConcurrentHashMap<>();

  RuleStep(RuleView view) {
    this.view = view;
  }

  /** A shadow's question is one that the rules have changed already. */
  @Override
  public boolean concerns(Turn turn) {
    if (turn.source() == Source.SHADOW) {
      return false;
    }
    Rules rules = view.of(turn.tenant(), turn.asked(), turn.model());
    return rules != null
        && (rules.before() != null
            || rules.after() != null
            || rules.knowledge() != null
            || rules.fault() != null);
  }

  @Override
  public boolean before(Turn turn) {
    Rules rules = view.of(turn.tenant(), turn.asked(), turn.model());
    if (rules == null) {
      return true;
    }
    rules.check();
    begun.put(turn.id(), new Begun(rules, new ArrayList<>()));
    if (rules.before() != null && rules.before().takesLong()) {
      return false;
    }
    await(turn);
    return true;
  }

  @Override
  public void await(Turn turn) {
    Begun now = begun.get(turn.id());
    Rules rules = now.rules();
    if (rules.before() != null) {
      now.acted().addAll(rules.before().apply(new Asked(turn.api(), turn.body())));
      tell(turn, now);
    }
    if (rules.after() != null && isText(turn)) {
      prepare(turn.body(), rules.after());
    }
  }

  /** Asks the model for what the rules for its answer want of it. */
  private static void prepare(ObjectNode body, AfterRules after) {
    if (asksCandidates(body, after)) {
      body.put("n", after.candidates());
    }
    JsonForm json = after.spec().json();
    boolean asks = json != null && Boolean.TRUE.equals(json.ask());
    if (asks && !body.has("response_format") && !hasTools(body)) {
      ObjectNode format = body.putObject("response_format");
      if (json.schema() == null) {
        format.put("type", "json_object");
      } else {
        format.put("type", "json_schema");
        format.putObject("json_schema").put("name", "answer").set("schema", json.schema());
      }
    }
  }

  /**
   * Greedy candidates would be alike, and vLLM refuses to make them; calls of tools have no order.
   */
  private static boolean asksCandidates(ObjectNode body, AfterRules after) {
    boolean isGreedy =
        body.path("temperature").isNumber() && body.get("temperature").asDouble() == 0;
    return after.candidates() > 1 && !isGreedy && !body.hasNonNull("n") && !hasTools(body);
  }

  /** How many answers the rules will ask for where the question does not say, before they have. */
  public int candidates(Turn turn) {
    Rules rules = view.of(turn.tenant(), turn.asked(), turn.model());
    boolean asks =
        rules != null
            && rules.after() != null
            && isText(turn)
            && asksCandidates(turn.body(), rules.after());
    return asks ? rules.after().candidates() : 1;
  }

  /** Whether the engine gets tools; a search of files is made here, by a later step. */
  private static boolean hasTools(ObjectNode body) {
    for (JsonNode tool : body.path("tools")) {
      if (!tool.path("type").asText().equals("file_search")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean readsAnswer(Turn turn) {
    Begun now = begun.get(turn.id());
    return now != null && now.rules().after() != null && isText(turn);
  }

  @Override
  public boolean takesLong(Turn turn) {
    return readsAnswer(turn) && begun.get(turn.id()).rules().after().hasSchema();
  }

  @Override
  public boolean after(Turn turn, ObjectNode answer) {
    Begun now = begun.get(turn.id());
    try {
      boolean changed = new Answer(answer).apply(now.rules().after(), now.acted());
      tell(turn, now);
      return changed;
    } catch (Unfit e) {
      throw new Refusal(new Problem(422, e.code(), e.getMessage(), null));
    }
  }

  @Override
  public ChunkFilter filter(Turn turn) {
    if (!readsAnswer(turn)) {
      return null;
    }
    Begun now = begun.get(turn.id());
    AfterRules after = now.rules().after();
    Runnable told = () -> tell(turn, now);
    return after.needsWhole()
        ? new HeldStream(after, now.acted(), told)
        : new FilteredStream(after, now.acted(), told);
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    begun.remove(turn.id());
  }

  /** Tells with what the rules did what a later step did by them. */
  public void acted(Turn turn, String rule, String reason) {
    Begun now = begun.get(turn.id());
    if (now != null) {
      now.acted().add(new Acted(rule, reason));
      tell(turn, now);
    }
  }

  private static void tell(Turn turn, Begun now) {
    if (!now.acted().isEmpty()) {
      ArrayNode rules = Json.MAPPER.createArrayNode();
      now.acted().forEach(acted -> acted.addTo(rules));
      turn.tell("rules", rules);
    }
  }

  private static boolean isText(Turn turn) {
    return turn.api() == Api.CHAT || turn.api() == Api.COMPLETIONS;
  }
}
