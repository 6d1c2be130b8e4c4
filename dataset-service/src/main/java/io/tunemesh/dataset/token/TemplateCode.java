package io.tunemesh.dataset.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in one block of a chat template. Where Jinja2 and Jinjava differ in what binds
 * stronger, it is put into brackets or said otherwise; what is not known to mean the same is
 * refused.
 */
final class TemplateCode {

  private static final Set<String> FILTERS =
      Set.of(
          "trim",
          "length",
          "count",
          "list",
          "selectattr",
          "rejectattr",
          "first",
          "last",
          "upper",
          "lower",
          "replace",
          "join",
          "reverse",
          "string",
          "tojson");
  private static final Set<String> TESTS =
      Set.of(
          "defined",
          "undefined",
          "none",
          "None",
          "string",
          "mapping",
          "iterable",
          "sequence",
          "true",
          "false",
          "equalto",
          "eq");

  /** A text in quotes, as a regular expression. */
  static final String TEXT =
      "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"";

  private static final Pattern TEXTS = Pattern.compile(TEXT, Pattern.DOTALL);
  private static final Pattern FOR_IF =
      Pattern.compile("\\A\\s*for\\b.*\\b(?:if|recursive)\\b", Pattern.DOTALL);
  private static final Pattern AND =
      Pattern.compile("\\A(?:(?!\\bif\\b).)*\\band\\b", Pattern.DOTALL);
  private static final Pattern FILTER = Pattern.compile("\\|\\s*(\\w+)");
  private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?(\\w+)");
  private static final Pattern NOT_IS =
      Pattern.compile("\\bnot\\s+([\\w.]+(?:\\[[^\\[\\]]*])*)\\s+is\\s+(?!not\\b)");
  private static final Pattern NOT_SOMETHING_IS =
      Pattern.compile("\\bnot\\s+(?!\\()(?:(?!\\b(?:and|or|else|if)\\b)[^()])*?\\bis\\b");
  private static final Pattern NAMED = Pattern.compile("\\bnamespace\\(([^()]*)\\)");
  private static final Pattern STEP = Pattern.compile("\\[[^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*]");

  /** Stands for a text while the code around it is looked at. */
  static final String MARK = "\uE000";

  private TemplateCode() {}

  /** The code with a mark in the place of each text. */
  static String blanked(String block) {
    return TEXTS.matcher(block).replaceAll(MARK);
  }

  /**
   * The code as Jinjava takes it.
   *
   * @param tag whether it is a statement and not a value
   */
  static String of(String block, boolean tag) throws Unrenderable {
    List<String> texts = new ArrayList<>();
    String code =
        TEXTS
            .matcher(block)
            .replaceAll(
                found -> {
                  texts.add(found.group());
                  return MARK;
                });
    if (tag && FOR_IF.matcher(code).find()) {
      throw new Unrenderable("it has a 'for' with an 'if', or a recursive one");
    }
    if (AND.matcher(code).find() && (!tag || code.strip().startsWith("set"))) {
      throw new Unrenderable("it takes the value of an 'and'");
    }
    known(FILTER, code, FILTERS, "the filter");
    known(TEST, code, TESTS, "the test");
    code = code.replaceAll("\\[\\s*::\\s*-1\\s*]", "|reverse");
    if (STEP.matcher(code).find()) {
      throw new Unrenderable("it takes a slice with a step");
    }
    code = NOT_IS.matcher(code).replaceAll("$1 is not ");
    if (NOT_SOMETHING_IS.matcher(code).find()) {
      throw new Unrenderable("it has 'not … is' without brackets");
    }
    code = NAMED.matcher(code).replaceAll(TemplateCode::bracketed);
    Matcher mark = Pattern.compile(MARK).matcher(code);
    return mark.replaceAll(found -> Matcher.quoteReplacement(texts.removeFirst()));
  }

  /**
   * Refuses a name that the pattern finds and that is none of {@code names}.
   *
   * @param what it is the name of
   */
  static void known(Pattern pattern, String code, Set<String> names, String what)
      throws Unrenderable {
    Matcher found = pattern.matcher(code);
    while (found.find()) {
      if (!names.contains(found.group(1))) {
        throw new Unrenderable("it uses %s '%s'".formatted(what, found.group(1)));
      }
    }
  }

  /** {@code namespace(a=b, c=d - 1)} with each value in brackets. */
  private static String bracketed(MatchResult found) {
    StringBuilder out = new StringBuilder("namespace(");
    String comma = "";
    for (String argument : found.group(1).isBlank() ? new String[0] : found.group(1).split(",")) {
      int cut = argument.indexOf('=');
      out.append(comma).append(argument, 0, cut + 1);
      out.append('(').append(argument.substring(cut + 1).strip()).append(')');
      comma = ", ";
    }
    return Matcher.quoteReplacement(out.append(')').toString());
  }
}
