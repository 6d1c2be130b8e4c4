package io.tunemesh.inference.rule;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.tunemesh.contract.plan.RulesSpec.Question;
import io.tunemesh.inference.text.Script;
import io.tunemesh.platform.text.Expressions;
import java.util.List;

/** Finds the question in the text around it. */
final class QuestionFinder {

  private static final List<String> MARKS = List.of("问题：", "提问：", "Question:", "\nQ:");
  private static final List<String> ENDS = List.of("答案：", "回答：", "Answer:", "\nA:");

  private final List<String> marks;
  private final List<String> ends;
  private final Pattern pattern;

  QuestionFinder(Question spec, Expressions expressions) {
    marks = folded(spec.marks() == null ? MARKS : spec.marks());
    ends = folded(spec.ends() == null ? ENDS : spec.ends());
    pattern = spec.pattern() == null ? null : expressions.compile(spec.pattern());
  }

  private static List<String> folded(List<String> marks) {
    return marks.stream().map(Script::folded).toList();
  }

  /** Whether it looks for an expression of the tenant's. */
  boolean hasPattern() {
    return pattern != null;
  }

  /** The question in {@code text}; {@code text} itself where none is found. */
  String in(String text) {
    String found = pattern == null ? behindMark(text) : matched(text);
    return found == null || found.isBlank() ? text : found.strip();
  }

  private String matched(String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }

  private String behindMark(String text) {
    String folded = Script.folded(text);
    int start = -1;
    for (String mark : marks) {
      int at = folded.lastIndexOf(mark);
      start = at < 0 ? start : Math.max(start, at + mark.length());
    }
    if (start < 0) {
      return null;
    }
    int end = text.length();
    for (String mark : ends) {
      int at = folded.indexOf(mark, start);
      end = at < 0 ? end : Math.min(end, at);
    }
    return text.substring(start, end);
  }
}
