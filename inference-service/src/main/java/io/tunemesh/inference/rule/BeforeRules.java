package io.tunemesh.inference.rule;

import com.google.re2j.Pattern;
import io.tunemesh.contract.plan.RulesSpec.Before;
import io.tunemesh.contract.plan.RulesSpec.ForbiddenInput;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.text.Controls;
import io.tunemesh.platform.text.Expressions;
import io.tunemesh.platform.text.Markup;
import io.tunemesh.platform.text.Widths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/** The rules for questions, ready to run; many threads may use them. */
final class BeforeRules {

  private static final Pattern SPACES = Pattern.compile("[ \\t\\x{a0}\\x{3000}]{2,}");
  private static final Pattern LINES = Pattern.compile("\\n[ \\t]*(?:\\r?\\n[ \\t]*){2,}");

  private final Map<String, UnaryOperator<String>> changes = new LinkedHashMap<>();
  private final Map<String, String> reasons =
      Map.of(
          "strip_markup", "markup was taken out",
          "strip_controls", "characters that are not to be seen were taken out",
          "remove", "noise was taken out",
          "normalize_widths", "full-width letters and digits became narrow ones",
          "collapse_spaces", "spaces in a row became one");
  private final QuestionFinder question;
  private final ForbiddenInput forbidden;
  private final WordSet words;
  private final Fitting fitting;

  /**
   * @param tokens counts tokens; null where no rule needs it
   */
  BeforeRules(Before spec, ToIntFunction<String> tokens) {
    Expressions expressions = new Expressions();
    if (Boolean.TRUE.equals(spec.stripMarkup())) {
      changes.put("strip_markup", Markup::strip);
    }
    if (Boolean.TRUE.equals(spec.stripControls())) {
      changes.put("strip_controls", Controls::strip);
    }
    if (spec.remove() != null) {
      List<Pattern> noise = spec.remove().stream().map(expressions::compile).toList();
      changes.put("remove", text -> without(noise, text));
    }
    if (Boolean.TRUE.equals(spec.normalizeWidths())) {
      changes.put("normalize_widths", Widths::narrow);
    }
    if (Boolean.TRUE.equals(spec.collapseSpaces())) {
      changes.put("collapse_spaces", BeforeRules::collapsed);
    }
    question = spec.question() == null ? null : new QuestionFinder(spec.question(), expressions);
    forbidden = spec.forbidden();
    words = forbidden == null ? null : new WordSet(forbidden.words());
    fitting = spec.fit() == null ? null : new Fitting(spec.fit(), tokens);
  }

  /** Whether it may take longer than an event loop may be kept: what tenants look for may. */
  boolean takesLong() {
    return fitting != null
        || changes.containsKey("remove")
        || question != null && question.hasPattern();
  }

  /**
   * Changes the question.
   *
   * @return what was done
   * @throws Refusal if it must not be asked
   */
  List<Acted> apply(Asked asked) {
    List<Acted> acted = new ArrayList<>();
    List<Asked.Text> texts = asked.texts();
    changes.forEach((name, change) -> change(name, change, texts, acted));
    if (question != null) {
      extract(asked, texts, acted);
    }
    if (words != null) {
      refuse(texts);
    }
    if (fitting != null) {
      acted.addAll(fitting.apply(asked));
    }
    return acted;
  }

  private void change(
      String name, UnaryOperator<String> change, List<Asked.Text> texts, List<Acted> acted) {
    boolean changed = false;
    for (Asked.Text text : texts) {
      String before = text.now();
      text.become(change.apply(before));
      changed |= !text.now().equals(before);
    }
    if (changed) {
      acted.add(new Acted("before." + name, reasons.get(name)));
    }
  }

  private void extract(Asked asked, List<Asked.Text> texts, List<Acted> acted) {
    List<Asked.Text> which =
        asked.messages() == null || texts.isEmpty() ? texts : List.of(texts.getLast());
    boolean found = false;
    for (Asked.Text text : which) {
      String before = text.now();
      text.become(question.in(before));
      found |= !text.now().equals(before);
    }
    if (found) {
      acted.add(new Acted("before.question", "the question was taken from the text around it"));
    }
  }

  private void refuse(List<Asked.Text> texts) {
    for (Asked.Text text : texts) {
      if (!words.in(text.now(), (char) 0, true).isEmpty()) {
        throw new Refusal(
            new Problem(
                400,
                "forbidden_input",
                forbidden.message() != null
                    ? forbidden.message()
                    : "The question has a word that is not allowed here; ask in other words.",
                "messages"));
      }
    }
  }

  /** Whether an expression may find something; most texts have one space or line end at a time. */
  private static boolean hasGap(String text) {
    int lines = 0;
    boolean space = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean now = c == ' ' || c == '\t' || c == '\u00a0' || c == '\u3000';
      lines += c == '\n' ? 1 : 0;
      if (now && space || lines > 2) {
        return true;
      }
      space = now;
    }
    return false;
  }

  private static String without(List<Pattern> noise, String text) {
    String now = text;
    for (Pattern pattern : noise) {
      now = pattern.matcher(now).replaceAll("");
    }
    return now.equals(text) ? text : now.strip();
  }

  private static String collapsed(String text) {
    if (!hasGap(text)) {
      return text.strip();
    }
    return LINES.matcher(SPACES.matcher(text).replaceAll(" ")).replaceAll("\n\n").strip();
  }
}
