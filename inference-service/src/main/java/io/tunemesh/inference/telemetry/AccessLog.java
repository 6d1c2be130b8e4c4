package io.tunemesh.inference.telemetry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Witness;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * One line of JSON for each turn in the log category {@code io.tunemesh.access}: who asked what of
 * which model and what became of it, never what was said.
 */
@ApplicationScoped
class AccessLog implements Witness {

  private static final Logger LOG = Logger.getLogger("io.tunemesh.access");

  @Override
  public void ended(Turn turn, Ending ending) {
    if (LOG.isInfoEnabled()) {
      LOG.info(line(turn, ending));
    }
  }

  static String line(Turn turn, Ending ending) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("id", turn.id());
    line.put("tenant", turn.tenant());
    line.put("key", turn.caller());
    line.put("source", turn.source().name().toLowerCase(Locale.ROOT));
    line.put("path", turn.api().path());
    line.put("model_asked", turn.asked());
    line.put("model_answered", turn.model());
    if (turn.engine() != null) {
      line.put("engine", turn.engine());
    }
    line.put("stream", turn.streams());
    line.put("outcome", ending.outcome().name().toLowerCase(Locale.ROOT));
    line.put("status", ending.status());
    if (ending.code() != null) {
      line.put("code", ending.code());
    }
    line.put("prompt_tokens", ending.promptTokens());
    line.put("completion_tokens", ending.completionTokens());
    if (ending.usage().isEstimate()) {
      line.put("tokens_estimated", true);
    }
    if (ending.firstTokenNanos() > 0) {
      line.put("first_token_ms", milliseconds(ending.firstTokenNanos()));
    }
    line.put("duration_ms", milliseconds(ending.totalNanos()));
    return line.toString();
  }

  private static double milliseconds(long nanos) {
    return Math.round(nanos / 1e4) / 100.0;
  }
}
