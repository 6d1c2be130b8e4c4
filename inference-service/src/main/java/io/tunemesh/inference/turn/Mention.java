package io.tunemesh.inference.turn;

import java.nio.charset.StandardCharsets;

/** Looks for a word in bytes, faster than they can be read as JSON. */
public record Mention(byte[] word) {

  /** Looks for {@code text}, which is ASCII. */
  public static Mention of(String text) {
    return new Mention(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether the word stands anywhere in {@code bytes}. */
  public boolean isIn(byte[] bytes) {
    int last = bytes.length - word.length;
    for (int i = 0; i <= last; i++) {
      if (bytes[i] == word[0] && matches(bytes, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(byte[] bytes, int at) {
    for (int j = 1; j < word.length; j++) {
      if (bytes[at + j] != word[j]) {
        return false;
      }
    }
    return true;
  }
}
