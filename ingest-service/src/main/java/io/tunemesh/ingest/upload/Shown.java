package io.tunemesh.ingest.upload;

/** Texts of clients on their way into what others read. */
final class Shown {

  private Shown() {}

  /**
   * The first {@code most} characters of {@code text}, or one fewer: half a character, which JSON
   * cannot write, is never left. What was half from the start is replaced.
   */
  static String cut(String text, int most) {
    boolean splits = text.length() > most && Character.isHighSurrogate(text.charAt(most - 1));
    String start = text.substring(0, Math.min(text.length(), splits ? most - 1 : most));
    return start.replaceAll("\\p{Cs}", "\ufffd");
  }
}
