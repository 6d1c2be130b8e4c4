package io.tunemesh.inference.feedback;

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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a chat for which that is allowed: the question as it was asked, and the answer as the asker
 * got it. Nothing is kept of one who did not ask for it and whose tenant does not want it.
 */
@ApplicationScoped
@Priority(50)
class KeepStep implements Step {

  private final KeptAnswers kept;
  private final Set<String> tenants;
  private final Map<String, Exchange> open = new ConcurrentHashMap<>();

  KeepStep(KeptAnswers kept, FeedbackConfig config) {
    this.kept = kept;
    this.tenants = config.tenants().orElse(Set.of());
  }

  @Override
  public boolean concerns(Turn turn) {
    return turn.api() == Api.CHAT
        && turn.source() != Source.BATCH
        && (turn.stores() || tenants.contains(turn.tenant()));
  }

  @Override
  public boolean before(Turn turn) {
    turn.body().remove("store");
    if (turn.body().path("messages") instanceof ArrayNode messages) {
      open.put(turn.id(), new Exchange(messages.deepCopy()));
    }
    return true;
  }

  @Override
  public boolean readsAnswer(Turn turn) {
    return open.containsKey(turn.id());
  }

  @Override
  public void after(Turn turn, ObjectNode answer) {
    open.get(turn.id()).answered(answer);
  }

  @Override
  public ChunkFilter filter(Turn turn) {
    Exchange exchange = open.get(turn.id());
    return exchange == null ? null : exchange.chunks();
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    Exchange exchange = open.remove(turn.id());
    if (exchange != null && ending.outcome() == Ending.Outcome.ANSWERED) {
      kept.keep(turn, exchange);
    }
  }
}
