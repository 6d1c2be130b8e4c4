package io.tunemesh.dataset.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a chat template, which is written for Jinja2, mean the same to Jinjava. The two differ in
 * {@link TemplateCode}, in the scope of {@link Loops}, and in the white space around blocks, which
 * is seen to here. What is not known to mean the same is refused, because a template that is
 * misread gives wrong counts without a word.
 */
final class TemplateSyntax {

  private static final Set<String> TAGS =
      Set.of("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro");
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\{%(?<tag>(?:TEXT|[^'\"])*?)%}|\\{\\{(?<value>(?:TEXT|[^'\"])*?)}}|\\{#(?<comment>.*?)#}"
              .replace("TEXT", TemplateCode.TEXT),
          Pattern.DOTALL);
  private static final Pattern OPEN = Pattern.compile("\\{[{%#]");
  private static final Pattern TAG = Pattern.compile("\\A\\s*(\\w+)");

  private TemplateSyntax() {}

  /**
   * The template in Jinjava's dialect, with the white space around its blocks as Jinja2 leaves it
   * under {@code trim_blocks} and {@code lstrip_blocks}, which transformers sets.
   *
   * @throws Unrenderable names the first thing that is not known to mean the same
   */
  static String of(String template) throws Unrenderable {
    if (template.contains(TemplateCode.MARK)) {
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
        String code = TemplateCode.of(unsigned(body), true);
        out.append(loops.before(tags)).append("{%").append(code).append("%}");
        out.append(loops.after(tags++));
      } else if (value != null) {
        out.append("{{").append(TemplateCode.of(unsigned(body), false)).append("}}");
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
        String code = TemplateCode.blanked(unsigned(block.group("tag")));
        TemplateCode.known(TAG, code, TAGS, "the tag");
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
}
