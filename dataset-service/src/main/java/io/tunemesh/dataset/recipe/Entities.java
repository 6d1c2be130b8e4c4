package io.tunemesh.dataset.recipe;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the entities of a sentence out of its tags. */
final class Entities {

  /**
   * An entity.
   *
   * @param from its first token, from 0
   * @param to the token after its last
   */
  record Entity(String type, String text, int from, int to) {}

  private final List<String> tokens;
  private final List<Entity> found = new ArrayList<>();
  private String open;
  private int from;

  private Entities(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * The entities in their order.
   *
   * @param scheme {@code bio}, {@code iob1} or {@code bioes}
   * @throws Unusable if a tag is none of the scheme's, or stands where it cannot
   */
  static List<Entity> read(List<String> tokens, List<String> tags, String scheme) throws Unusable {
    Entities entities = new Entities(tokens);
    for (int i = 0; i < tags.size(); i++) {
      entities.step(i, tags.get(i), scheme);
    }
    entities.end(tokens.size(), scheme);
    return List.copyOf(entities.found);
  }

  private void step(int i, String tag, String scheme) throws Unusable {
    boolean strict = scheme.equals("bioes");
    char mark = mark(i, tag, scheme);
    String type = mark == 'O' ? null : tag.substring(2);
    boolean goesOn = (mark == 'I' || mark == 'E') && type.equals(open);
    if (strict && open != null && !goesOn) {
      throw order(i, tag, "the entity of " + open + " before it has no E-" + open);
    }
    if (!goesOn) {
      close(i);
      if (mark == 'E' || mark == 'I' && !scheme.equals("iob1")) {
        throw order(i, tag, "no B-" + type + " stands before it");
      }
      open = type;
      from = i;
    }
    if (mark == 'S' || mark == 'E') {
      close(i + 1);
    }
  }

  private void end(int size, String scheme) throws Unusable {
    if (open != null && scheme.equals("bioes")) {
      throw new Unusable(
          "tag_order", "tags", "the last entity has no E-%s; mend the tags".formatted(open));
    }
    close(size);
  }

  /** The letter of a tag, with M counted as I. */
  private static char mark(int i, String tag, String scheme) throws Unusable {
    if (tag.equalsIgnoreCase("O")) {
      return 'O';
    }
    String letters = scheme.equals("bioes") ? "BIMES" : "BI";
    char letter = tag.toUpperCase(Locale.ROOT).charAt(0);
    boolean formed = tag.length() > 2 && (tag.charAt(1) == '-' || tag.charAt(1) == '_');
    if (!formed || letters.indexOf(letter) < 0) {
      throw new Unusable(
          "tag_malformed",
          "tags",
          "the tag '%s' of token %d is none of the scheme %s; mend it, or choose another 'settings.scheme', as plain for parts of speech"
              .formatted(Shown.of(tag), i + 1, scheme));
    }
    return letter == 'M' ? 'I' : letter;
  }

  private static Unusable order(int i, String tag, String why) {
    return new Unusable(
        "tag_order",
        "tags",
        "the tag '%s' of token %d cannot stand there: %s; mend the tags, or choose another 'settings.scheme'"
            .formatted(Shown.of(tag), i + 1, why));
  }

  private void close(int to) {
    if (open != null) {
      found.add(new Entity(open, text(tokens, from, to), from, to));
      open = null;
    }
  }

  /** Tokens as running text: spaces between them, except beside characters of scripts without. */
  static String text(List<String> tokens, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      if (i > from && isApart(tokens, i)) {
        text.append(' ');
      }
      text.append(tokens.get(i));
    }
    return text.toString();
  }

  /** Whether a space is between a token and the one before it. */
  static boolean isApart(List<String> tokens, int i) {
    return spaced(tokens.get(i - 1)) && spaced(tokens.get(i));
  }

  private static boolean spaced(String token) {
    int first = token.codePointAt(0);
    UnicodeScript script = UnicodeScript.of(first);
    boolean fullWidth = first >= 0x3000 && first <= 0x303F || first >= 0xFF00 && first <= 0xFFEF;
    return !fullWidth
        && script != UnicodeScript.HAN
        && script != UnicodeScript.HIRAGANA
        && script != UnicodeScript.KATAKANA
        && script != UnicodeScript.THAI;
  }
}
