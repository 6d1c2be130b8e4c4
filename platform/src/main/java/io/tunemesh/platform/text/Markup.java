package io.tunemesh.platform.text;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;

/**
 * What is left in a text of the page that it was copied from: HTML's tags and entities. Only tags
 * that HTML has are taken for such, so that {@code List<String>} and {@code a < b} stay, and
 * nothing within a fenced block of code is.
 */
public final class Markup {

  private static final String INLINE =
      "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small|span"
          + "|strike|strong|tt|u|var|wbr|o:p|input|button|svg|path|iframe|link|meta|center|col"
          + "|colgroup|thead|tbody|tfoot|html|body|head|picture|source|video|audio|figure|nobr";
  private static final String LINE =
      "p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|tr|caption|blockquote|pre|section|article|header"
          + "|footer|nav|main|aside|form|hr|br|figcaption";
  private static final String ATTRIBUTES = "(?:\\s[^<>]*+|/)?";

  private static final Pattern FENCED = Pattern.compile("```.*?(?:```|\\z)", Pattern.DOTALL);
  private static final Pattern OPENING =
      Pattern.compile(
          "<!--|<(script|style|title)\\b[^<>]*+>|<!doctype[^<>]*+>", Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMENT_END = Pattern.compile("-->");
  private static final Map<String, Pattern> ENDS =
      Map.of("script", end("script"), "style", end("style"), "title", end("title"));
  private static final Pattern RAISED =
      Pattern.compile("<(sup|sub)>([^<>]*)</\\1>", Pattern.CASE_INSENSITIVE);
  private static final Pattern CELL =
      Pattern.compile("</?(?:td|th)" + ATTRIBUTES + ">", Pattern.CASE_INSENSITIVE);
  private static final Pattern LINES =
      Pattern.compile("</?(?:" + LINE + ")" + ATTRIBUTES + ">", Pattern.CASE_INSENSITIVE);
  private static final Pattern TAGS =
      Pattern.compile("</?(?:" + INLINE + "|sup|sub)" + ATTRIBUTES + ">", Pattern.CASE_INSENSITIVE);
  private static final Pattern ENTITY =
      Pattern.compile("&(?:#\\d{1,7}|#[xX]\\p{XDigit}{1,6}|\\w{2,31});");
  private static final String PLAIN = "0123456789+-=()n";
  private static final String HIGH = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ";
  private static final String LOW = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ";

  private Markup() {}

  /** The text without markup, its lines where a page shows them; the same text without any. */
  public static String strip(String text) {
    if (text.indexOf('<') < 0 && text.indexOf('&') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    Matcher fence = FENCED.matcher(text);
    int end = 0;
    while (fence.find()) {
      out.append(plain(text.substring(end, fence.start()))).append(fence.group());
      end = fence.end();
    }
    return out.append(plain(text.substring(end))).toString();
  }

  private static String plain(String text) {
    String bare = shown(text);
    bare = RAISED.matcher(bare).replaceAll(Markup::raised);
    bare = CELL.matcher(bare).replaceAll("\t");
    bare = LINES.matcher(bare).replaceAll("\n");
    bare = TAGS.matcher(bare).replaceAll("");
    if (!bare.equals(text)) {
      bare =
          bare.replaceAll("(?:(?<![ \\t])[ \\t]++)?\\n[ \\t]*+", "\n")
              .replaceAll("\\n{3,}", "\n\n");
      bare = bare.replaceAll("\\t{2,}", "\t").strip();
    }
    return ENTITY.matcher(bare).replaceAll(Markup::entity);
  }

  private static Pattern end(String name) {
    return Pattern.compile("</" + name + "\\s*+>", Pattern.CASE_INSENSITIVE);
  }

  /** Without what a page does not show. An end that is missing is looked for once only. */
  private static String shown(String text) {
    StringBuilder out = new StringBuilder();
    Set<Pattern> missing = new HashSet<>();
    Matcher opening = OPENING.matcher(text);
    int from = 0;
    boolean found = opening.find();
    while (found) {
      int end = opening.end();
      Pattern closing = closing(opening);
      if (closing != null) {
        Matcher next = closing.matcher(text);
        end = !missing.contains(closing) && next.find(end) ? next.end() : -1;
      }
      if (end < 0) {
        missing.add(closing);
        found = opening.find();
      } else {
        out.append(text, from, opening.start());
        from = end;
        found = opening.find(end);
      }
    }
    return out.append(text, from, text.length()).toString();
  }

  /** What ends that which begins here; null where it is whole. */
  private static Pattern closing(Matcher opening) {
    if (opening.group(1) != null) {
      return ENDS.get(opening.group(1).toLowerCase(Locale.ROOT));
    }
    return opening.group().equals("<!--") ? COMMENT_END : null;
  }

  /** Small digits where there are all of them; else {@code ^} and {@code _}. */
  private static String raised(MatchResult found) {
    boolean high = found.group(1).equalsIgnoreCase("sup");
    String text = found.group(2).strip();
    StringBuilder small = new StringBuilder();
    for (char c : text.toCharArray()) {
      int at = PLAIN.indexOf(c);
      if (at < 0) {
        String sign = high ? "^" : "_";
        return Matcher.quoteReplacement(text.length() == 1 ? sign + text : sign + "(" + text + ")");
      }
      small.append((high ? HIGH : LOW).charAt(at));
    }
    return small.toString();
  }

  private static String entity(MatchResult found) {
    String character = Parser.unescapeEntities(found.group(), true);
    return Matcher.quoteReplacement(character.equals("\u00A0") ? " " : character);
  }
}
