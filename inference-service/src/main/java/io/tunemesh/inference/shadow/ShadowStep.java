package io.tunemesh.inference.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.alias.AliasView;
import io.tunemesh.inference.alias.AliasView.Pointer;
import io.tunemesh.inference.turn.ChunkFilter;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Step;
import io.tunemesh.inference.turn.Turn;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes the questions that an alias's shadow is asked as well: the question as the engine saw it,
 * and the answer as it came from there. The shadow is asked when the asker has the answer.
 */
@ApplicationScoped
@Priority(450)
class ShadowStep implements Step {

  private final AliasView aliases;
  private final Shadows shadows;
  private final Map<String, StringBuilder> answers = new ConcurrentHashMap<>();

  ShadowStep(AliasView aliases, Shadows shadows) {
    this.aliases = aliases;
    this.shadows = shadows;
  }

  @Override
  public boolean concerns(Turn turn) {
    return turn.source() != Source.SHADOW && shadowed(turn).isPresent();
  }

  @Override
  public boolean before(Turn turn) {
    answers.put(turn.id(), new StringBuilder());
    return true;
  }

  @Override
  public boolean readsAnswer(Turn turn) {
    return true;
  }

  @Override
  public boolean after(Turn turn, ObjectNode answer) {
    answers.get(turn.id()).append(text(answer));
    return false;
  }

  @Override
  public ChunkFilter filter(Turn turn) {
    StringBuilder whole = answers.get(turn.id());
    return ChunkFilter.seeing(chunk -> add(chunk, whole));
  }

  private static void add(ObjectNode chunk, StringBuilder whole) {
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        whole.append(choice.at("/delta/content").asText(choice.path("text").asText("")));
      }
    }
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    StringBuilder answer = answers.remove(turn.id());
    if (answer != null && ending.outcome() == Outcome.ANSWERED) {
      shadowed(turn)
          .ifPresent(
              alias ->
                  shadows.ask(turn, alias.id(), alias.shadow().model(), answer.toString(), ending));
    }
  }

  /** The text of an answer; the whole of it where it is no text. */
  static String text(ObjectNode answer) {
    JsonNode choice = answer.path("choices").path(0);
    String content = choice.path("message").path("content").textValue();
    String text = content == null ? choice.path("text").textValue() : content;
    return text == null ? answer.toString() : text;
  }

  /** The same answer for one turn as often as it is asked, so the turn's id is the die. */
  private Optional<Pointer> shadowed(Turn turn) {
    return aliases
        .find(turn.tenant(), turn.asked())
        .filter(alias -> alias.shadow() != null && die(turn) < alias.shadow().share());
  }

  /** From 0 to below 1; a turn's id is random. */
  private static double die(Turn turn) {
    String id = turn.id();
    return Integer.parseInt(id.substring(id.length() - 6), 16) / (double) (1 << 24);
  }
}
