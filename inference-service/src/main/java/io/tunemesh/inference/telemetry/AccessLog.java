package io.tunemesh.inference.telemetry;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Witness;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * One line of JSON for each turn in the log category {@code io.tunemesh.access}: who asked what of
 * which model and what became of it, never what was said.
 */
@ApplicationScoped
class AccessLog implements Witness {

  private static final Logger LOG = Logger.getLogger("io.tunemesh.access");
  private static final Map<Source, String> SOURCES = fields("source", Source.class);
  private static final Map<Outcome, String> OUTCOMES = fields("outcome", Outcome.class);

  @Override
  public void ended(Turn turn, Ending ending) {
    if (LOG.isInfoEnabled()) {
      LOG.info(line(turn, ending));
    }
  }

  static String line(Turn turn, Ending ending) {
    StringBuilder line = new StringBuilder(512);
    text(line, "{\"id\":", turn.id());
    text(line, ",\"tenant\":", turn.tenant());
    text(line, ",\"key\":", turn.caller());
    line.append(SOURCES.get(turn.source()));
    text(line, ",\"path\":", turn.api().path());
    text(line, ",\"model_asked\":", turn.asked());
    text(line, ",\"model_answered\":", turn.model());
    if (turn.engine() != null) {
      text(line, ",\"engine\":", turn.engine());
    }
    line.append(",\"stream\":").append(turn.streams());
    line.append(OUTCOMES.get(ending.outcome()));
    line.append(",\"status\":").append(ending.status());
    if (ending.code() != null) {
      text(line, ",\"code\":", ending.code());
    }
    line.append(",\"prompt_tokens\":").append(ending.promptTokens());
    line.append(",\"completion_tokens\":").append(ending.completionTokens());
    if (ending.usage().isEstimate()) {
      line.append(",\"tokens_estimated\":true");
    }
    if (ending.firstTokenNanos() > 0) {
      line.append(",\"first_token_ms\":").append(milliseconds(ending.firstTokenNanos()));
    }
    line.append(",\"duration_ms\":").append(milliseconds(ending.totalNanos()));
    return line.append('}').toString();
  }

  private static void text(StringBuilder line, String name, String value) {
    line.append(name);
    if (value == null) {
      line.append("null");
      return;
    }
    line.append('"');
    JsonStringEncoder.getInstance().quoteAsString(value, line);
    line.append('"');
  }

  private static <E extends Enum<E>> Map<E, String> fields(String name, Class<E> type) {
    Map<E, String> fields = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      String value = constant.name().toLowerCase(Locale.ROOT);
      fields.put(constant, ",\"" + name + "\":\"" + value + '"');
    }
    return fields;
  }

  private static double milliseconds(long nanos) {
    return Math.round(nanos / 1e4) / 100.0;
  }
}
