package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.plan.RulesSpec.Fit;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Makes a question as short as it must be. */
final class Fitting {

  private final int most;
  private final String unit;
  private final String keep;
  private final boolean refuses;
  private final ToIntFunction<String> length;

  /**
   * @param tokens counts tokens; null where nothing does and the limit is one of characters
   */
  Fitting(Fit spec, ToIntFunction<String> tokens) {
    boolean byTokens = spec.tokens() != null;
    most = byTokens ? spec.tokens() : spec.characters();
    unit = byTokens ? "tokens" : "characters";
    length = byTokens ? tokens : text -> text.codePointCount(0, text.length());
    keep = spec.keep() == null ? "start" : spec.keep();
    refuses = "refuse".equals(spec.otherwise());
  }

  /**
   * Leaves out turns and cuts texts until all fit.
   *
   * @throws Refusal if they do not and the rule refuses, or cutting the user's texts is not enough
   */
  List<Acted> apply(Asked asked) {
    int before = total(asked);
    if (before <= most) {
      return List.of();
    }
    if (refuses) {
      throw tooLong(before, "shorten it");
    }
    List<Acted> acted = new ArrayList<>();
    int left = asked.messages() == null ? 0 : leaveOut(asked.messages());
    if (left > 0) {
      acted.add(
          new Acted(
              "before.fit",
              "the oldest %d turns were left out, since %d %s are the most and there were %d"
                  .formatted(left, most, unit, before)));
    }
    int over = total(asked) - most;
    if (over > 0) {
      cut(asked, over);
      int now = total(asked);
      if (now > most) {
        throw tooLong(now, "what is not the user's alone is longer; shorten the instructions");
      }
      acted.add(
          new Acted(
              "before.fit",
              "the question was cut from %d to %d %s, of %d at most"
                  .formatted(before, now, unit, most)));
    }
    return acted;
  }

  private Refusal tooLong(int found, String what) {
    return new Refusal(
        new Problem(
            400,
            "question_too_long",
            "The question has %d %s where %d are the most; %s.".formatted(found, unit, most, what),
            "messages"));
  }

  private int total(Asked asked) {
    ArrayNode messages = asked.messages();
    if (messages == null) {
      return asked.texts().stream().mapToInt(text -> length.applyAsInt(text.now())).max().orElse(0);
    }
    int sum = 0;
    for (var message : messages) {
      sum += message instanceof ObjectNode one ? length(one) : 0;
    }
    return sum;
  }

  private int length(ObjectNode message) {
    return Asked.content(message).stream().mapToInt(t -> length.applyAsInt(t.now())).sum();
  }

  /**
   * Removes the oldest turns, instructions and the last turn of the user aside. What follows a
   * user's turn goes with it, so that no answer of a tool stands without its call.
   */
  private int leaveOut(ArrayNode messages) {
    int removed = 0;
    int total = 0;
    for (var message : messages) {
      total += message instanceof ObjectNode one ? length(one) : 0;
    }
    int at = 0;
    boolean going = false;
    int last = lastUser(messages);
    while (at < last) {
      String role = messages.get(at).path("role").asText();
      boolean instruction = role.equals("system") || role.equals("developer");
      going = total > most || going && !role.equals("user");
      if (instruction) {
        at++;
      } else if (going) {
        total -= messages.get(at) instanceof ObjectNode one ? length(one) : 0;
        messages.remove(at);
        last--;
        removed++;
      } else {
        break;
      }
    }
    return removed;
  }

  private static int lastUser(ArrayNode messages) {
    int last = 0;
    for (int i = 0; i < messages.size(); i++) {
      last = messages.get(i).path("role").asText().equals("user") ? i : last;
    }
    return last;
  }

  /** Cuts the last text of a chat, or each prompt. */
  private void cut(Asked asked, int over) {
    List<Asked.Text> texts = asked.texts();
    if (asked.messages() == null) {
      texts.forEach(text -> text.become(cut(text.now(), most)));
    } else if (!texts.isEmpty()) {
      Asked.Text last = texts.getLast();
      last.become(cut(last.now(), Math.max(0, length.applyAsInt(last.now()) - over)));
    }
  }

  /** The longest part of {@code text} of at most {@code room}; found by halving. */
  private String cut(String text, int room) {
    int low = 0;
    int high = text.codePointCount(0, text.length());
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (length.applyAsInt(part(text, middle)) <= room) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return part(text, low);
  }

  /** {@code count} code points of {@code text}. */
  private String part(String text, int count) {
    int all = text.codePointCount(0, text.length());
    if (count >= all) {
      return text;
    }
    int head = keep.equals("start") ? count : keep.equals("end") ? 0 : (count + 1) / 2;
    int tail = count - head;
    return text.substring(0, text.offsetByCodePoints(0, head))
        + text.substring(text.offsetByCodePoints(text.length(), -tail));
  }
}
