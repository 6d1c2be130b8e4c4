package io.tunemesh.dataset.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a chat template, which is written for Jinja2, mean the same to Jinjava. The two differ in
 * what binds stronger in a few expressions, in the scope of loops, and in the white space around
 * blocks; these are put into brackets, said otherwise, or done here. What is not known to mean the
 * same is refused, because a template that is misread gives wrong counts without a word.
 */
final class TemplateSyntax {

  private static final Set<String> TAGS =
      Set.of("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro");
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

  private static final String TEXT =
      "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"";
  private static final Pattern TEXTS = Pattern.compile(TEXT, Pattern.DOTALL);
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\{%(?<tag>(?:TEXT|[^'\"])*?)%}|\\{\\{(?<value>(?:TEXT|[^'\"])*?)}}|\\{#(?<comment>.*?)#}"
              .replace("TEXT", TEXT),
          Pattern.DOTALL);
  private static final Pattern OPEN = Pattern.compile("\\{[{%#]");
  private static final Pattern TAG = Pattern.compile("\\A\\s*(\\w+)");
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
  private static final String MARK = "\uE000";

  private TemplateSyntax() {}

  /**
   * The template in Jinjava's dialect, with the white space around its blocks as Jinja2 leaves it
   * under {@code trim_blocks} and {@code lstrip_blocks}, which transformers sets.
   *
   * @throws Unrenderable names the first thing that is not known to mean the same
   */
  static String of(String template) throws Unrenderable {
    if (template.contains(MARK)) {
      throw new Unrenderable("it holds a private-use character");
    }
    String source = template.replaceAll("\\r\\n?", "\n");
    source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    StringBuilder out = new StringBuilder();
    Matcher block = BLOCK.matcher(source);
    Loops loops = Loops.of(tags(source));
    int tags = 0;
    int end = 0;
    boolean atLineStart = true;
    while (block.find(end)) {
      String text = source.substring(end, block.start());
      String tag = block.group("tag");
      String value = block.group("value");
      String body = tag != null ? tag : value != null ? value : block.group("comment");
      out.append(before(text, body, value == null, atLineStart));
      if (tag != null) {
        String code = code(unsigned(body), true);
        out.append(loops.before(tags)).append("{%").append(code).append("%}");
        out.append(loops.after(tags++));
      } else if (value != null) {
        out.append("{{").append(code(unsigned(body), false)).append("}}");
      }
      end = after(source, block.end(), body, value == null);
      atLineStart = source.charAt(end - 1) == '\n';
    }
    String rest = source.substring(end);
    if (OPEN.matcher(rest).find()) {
      throw new Unrenderable("it has a block without an end");
    }
    return out.append(rest).toString();
  }

  /** What stands in each tag, its texts taken out. */
  private static List<String> tags(String source) throws Unrenderable {
    List<String> tags = new ArrayList<>();
    Matcher block = BLOCK.matcher(source);
    while (block.find()) {
      if (block.group("tag") != null) {
        String code = TEXTS.matcher(unsigned(block.group("tag"))).replaceAll(MARK);
        known(TAG, code, TAGS, "the tag");
        tags.add(code);
      }
    }
    return tags;
  }

  /** The text before a block, without the space that the block takes. */
  private static String before(String text, String body, boolean tag, boolean atLineStart)
      throws Unrenderable {
    if (OPEN.matcher(text).find()) {
      throw new Unrenderable("it has a block without an end");
    }
    if (body.startsWith("-")) {
      return PythonTexts.strip(text, null, false, true);
    }
    int line = text.lastIndexOf('\n') + 1;
    boolean blank = text.substring(line).isBlank();
    return tag && !body.startsWith("+") && blank && (line > 0 || atLineStart)
        ? text.substring(0, line)
        : text;
  }

  /** Where the text after a block begins, without the space that the block takes. */
  private static int after(String source, int at, String body, boolean tag) {
    int end = at;
    if (body.endsWith("-")) {
      while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
        end++;
      }
    } else if (tag && !body.endsWith("+") && end < source.length() && source.charAt(end) == '\n') {
      end++;
    }
    return end;
  }

  private static String unsigned(String body) {
    return body.replaceAll("\\A[-+]|[-+]\\z", "");
  }

  private static String code(String block, boolean tag) throws Unrenderable {
    List<String> texts = new ArrayList<>();
    String code =
        TEXTS
            .matcher(block)
            .replaceAll(
                found -> {
                  texts.add(found.group());
                  return MARK;
                });
    if (tag) {
      if (FOR_IF.matcher(code).find()) {
        throw new Unrenderable("it has a 'for' with an 'if', or a recursive one");
      }
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
    code = NAMED.matcher(code).replaceAll(TemplateSyntax::bracketed);
    Matcher mark = Pattern.compile(MARK).matcher(code);
    return mark.replaceAll(found -> Matcher.quoteReplacement(texts.removeFirst()));
  }

  private static void known(Pattern pattern, String code, Set<String> names, String what)
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
