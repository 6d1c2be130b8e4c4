package io.tunemesh.ingest.dialogue;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a line of a script is. */
sealed interface ScriptLine {

  /** Someone speaks; {@code direction} is how, or null. */
  record Speech(String speaker, String direction, String text) implements ScriptLine {}

  /** A scene begins. */
  record Scene(String name) implements ScriptLine {}

  /** More of the speech before. */
  record More(String text) implements ScriptLine {}

  /** What is seen or done. */
  record Direction(String text) implements ScriptLine {}

  Pattern SPEECH =
      Pattern.compile(
          "\\s*(?:\\*\\*|__)?([\\p{L}\\p{N}][^：:，。！？；,.!?;\"“”'「」<>{}|/\\\\\\t（）()\\[\\]【】*]{0,29})"
              + "(?:[（(\\[【]([^）)\\]】]{1,200})[）)\\]】])?(?:\\*\\*|__)?\\s*[：:](?!//)(?:\\*\\*|__)?\\s*+(.*)");

  Pattern SCENE =
      Pattern.compile(
          "(?:#{1,6}\\s++)?[【\\[（(]?\\s*+((?:第\\s*[一二三四五六七八九十百零〇两\\d]+\\s*[幕场場集章回折景].*)"
              + "|(?:(?i:scene|act|episode)\\s+[\\divxlcIVXLC]+\\b.*)|(?:(?:INT|EXT)\\.?[ /].*))");

  Pattern HEADING = Pattern.compile("#{1,6}\\s++(.*)");

  Pattern BRACKETS = Pattern.compile("（.*）|\\(.*\\)|【.*】|\\[.*\\]|△.*|\\*[^*]+\\*");

  /** Names of things about a scene, which nobody speaks. */
  Set<String> SCENE_WORDS = Set.of("场景", "地点", "scene", "setting", "location");

  Set<String> NOTE_WORDS =
      Set.of(
          "时间",
          "人物",
          "登场人物",
          "出场人物",
          "道具",
          "音效",
          "旁注",
          "time",
          "characters",
          "cast",
          "props",
          "note",
          "title",
          "author",
          "作者",
          "标题");

  /**
   * Reads {@code line}, which is not blank.
   *
   * @param speaking whether a speech stands before it, without a blank line between
   * @param open whether that speech has no text yet
   */
  static ScriptLine of(String line, boolean speaking, boolean open) {
    Matcher scene = SCENE.matcher(line.strip());
    if (scene.matches()) {
      return new Scene(scene.group(1).replaceAll("[】\\]）)]\\s*$", "").strip());
    }
    Matcher heading = HEADING.matcher(line);
    if (heading.matches()) {
      return new Scene(heading.group(1).strip());
    }
    if (isBracketed(line)) {
      return new Direction(line.strip());
    }
    Matcher speech = SPEECH.matcher(hasColon(line) ? line : "");
    if (speech.matches() && isName(speech.group(1))) {
      String name = speech.group(1).strip();
      String word = name.toLowerCase(java.util.Locale.ROOT);
      if (SCENE_WORDS.contains(word)) {
        return new Scene(speech.group(3).strip());
      }
      return NOTE_WORDS.contains(word)
          ? new Direction(line.strip())
          : new Speech(name, speech.group(2), speech.group(3).strip());
    }
    boolean indented = Character.isWhitespace(line.charAt(0));
    return speaking && (open || indented) ? new More(line.strip()) : new Direction(line.strip());
  }

  /** Whether {@code line} is marked as what nobody speaks. */
  static boolean isBracketed(String line) {
    return BRACKETS.matcher(line.trim()).matches();
  }

  /** Near the start, as behind a name and a direction; a long line is not searched for more. */
  private static boolean hasColon(String line) {
    String start = line.substring(0, Math.min(line.length(), 300));
    return start.indexOf(':') >= 0 || start.indexOf('：') >= 0;
  }

  /** A name has a letter, and of Latin words at most four. */
  private static boolean isName(String name) {
    return name.chars().anyMatch(Character::isLetter) && name.strip().split("\\s+").length <= 4;
  }
}
