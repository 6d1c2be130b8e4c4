package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.ChunkFilter;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Step;
import io.tunemesh.inference.turn.Turn;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/**
 * Keeps a chat, or a completion, for which that is allowed: the question as it was asked, and the
 * answer as the asker got it. Nothing is kept of one who did not ask for it and whose tenant does
 * not want it.
 */
@ApplicationScoped
@Priority(50)
class KeepStep implements Step {

  private final KeptAnswers kept;
  private final Set<String> tenants;

  KeepStep(KeptAnswers kept, FeedbackConfig config) {
    this.kept = kept;
    this.tenants = config.tenants().orElse(Set.of());
  }

  /** A tenant's own wish is for what people ask; rows of its tables ask for themselves. */
  @Override
  public boolean concerns(Turn turn) {
    boolean isAsked = turn.source() == Source.HTTP || turn.source() == Source.EVENT;
    return (turn.api() == Api.CHAT || turn.api() == Api.COMPLETIONS)
        && turn.source() != Source.SHADOW
        && (turn.stores() || isAsked && tenants.contains(turn.tenant()));
  }

  @Override
  public boolean before(Turn turn) {
    turn.body().remove("store");
    ArrayNode messages = messages(turn.body());
    if (messages != null) {
      ArrayNode tools = turn.body().get("tools") instanceof ArrayNode t ? t.deepCopy() : null;
      kept.begins(turn, new Exchange(messages, tools));
    }
    return true;
  }

  /** What was asked, a prompt as one message of the user; null if it is several, or no text. */
  private static ArrayNode messages(ObjectNode question) {
    if (question.path("messages") instanceof ArrayNode messages) {
      return messages.deepCopy();
    }
    JsonNode prompt = question.path("prompt");
    JsonNode text = prompt.isArray() && prompt.size() == 1 ? prompt.get(0) : prompt;
    if (!text.isTextual()) {
      return null;
    }
    ArrayNode messages = question.arrayNode();
    messages.addObject().put("role", "user").put("content", text.textValue());
    return messages;
  }

  @Override
  public boolean readsAnswer(Turn turn) {
    return kept.of(turn) != null;
  }

  @Override
  public boolean after(Turn turn, ObjectNode answer) {
    kept.of(turn).answered(answer);
    return false;
  }

  @Override
  public ChunkFilter filter(Turn turn) {
    Exchange exchange = kept.of(turn);
    return exchange == null ? null : exchange.chunks();
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    Exchange exchange = kept.of(turn);
    try {
      if (exchange != null && ending.outcome() == Ending.Outcome.ANSWERED) {
        kept.keep(turn, exchange);
      }
    } finally {
      kept.ended(turn);
    }
  }
}
