package io.tunemesh.platform.text;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large the program of an expression can become at most, from its text alone. Reads an
 * expression as RE2/J's parser does; what that refuses may have any size here.
 */
final class ProgramSize {

  private static final int DEEPEST = 1000;

  /** A table of up to some hundred ranges, which repeats share. */
  private static final int UNICODE_CLASS = 100;

  private static final Pattern REPEAT = Pattern.compile("\\{(\\d{1,4})(?:,(\\d{0,4}))?}");

  /** More than any program may have; repeats of repeats multiply. */
  private static final long TOO_MANY = 1L << 40;

  private final String text;
  private final Deque<Long> around = new ArrayDeque<>();
  private long before;
  private long last;
  private int tables;
  private int at;

  ProgramSize(String text) {
    this.text = text;
  }

  /**
   * @throws PatternSyntaxException if it is nested too deeply
   */
  long instructions() {
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case '(' -> open();
        case ')' -> close();
        case '[' -> characterClass();
        case '{' -> braces();
        case '*', '+', '?' -> {
          last++;
          at++;
        }
        case '\\' -> backslash();
        default -> {
          add(1);
          at++;
        }
      }
    }
    while (!around.isEmpty()) {
      close();
    }
    return before + last + (long) tables * UNICODE_CLASS;
  }

  private void add(long size) {
    before += last;
    last = size;
  }

  private void open() {
    if (text.startsWith("(?", at)) {
      while (at < text.length() && ":)>".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (text.startsWith(")", at)) {
        at++;
        return;
      }
    }
    at++;
    around.push(before + last);
    before = 0;
    last = 0;
    if (around.size() > DEEPEST) {
      throw new PatternSyntaxException("expression nests too deeply");
    }
  }

  private void close() {
    if (around.isEmpty()) {
      throw new PatternSyntaxException("unexpected )", text);
    }
    at++;
    // A group of its own is marked at both ends.
    last = before + last + 2;
    before = around.pop();
  }

  private void braces() {
    Matcher repeat = REPEAT.matcher(text).region(at, text.length());
    if (!repeat.lookingAt()) {
      add(1);
      at++;
      return;
    }
    boolean isBounded = repeat.group(2) != null && !repeat.group(2).isEmpty();
    String most = repeat.group(isBounded ? 2 : 1);
    int times = Math.max(1, Integer.parseInt(most));
    last = Math.min(TOO_MANY, (last + 1) * times);
    at = repeat.end();
  }

  private void backslash() {
    if (!text.startsWith("\\Q", at)) {
      escape();
      add(1);
      return;
    }
    int end = text.indexOf("\\E", at);
    for (at += 2; at < (end < 0 ? text.length() : end); at++) {
      add(1);
    }
    at = end < 0 ? at : end + 2;
  }

  private void escape() {
    char kind = next();
    at += 2;
    boolean table = kind == 'p' || kind == 'P';
    tables += table ? 1 : 0;
    if ((table || kind == 'x') && text.startsWith("{", at)) {
      int end = text.indexOf('}', at);
      at = end < 0 ? text.length() : end + 1;
    } else if (table) {
      at++;
    }
  }

  private void characterClass() {
    at += text.startsWith("[^", at) ? 2 : 1;
    int first = at;
    while (at < text.length() && (at == first || text.charAt(at) != ']')) {
      int name = text.startsWith("[:", at) ? text.indexOf(":]", at) : -1;
      boolean several = text.startsWith("\\", at) && "pPdDsSwW".indexOf(next()) >= 0;
      if (name >= 0) {
        at = name + 2;
      } else if (several) {
        escape();
      } else {
        member();
        if (text.startsWith("-", at) && !text.startsWith("-]", at)) {
          at++;
          member();
        }
      }
    }
    at++;
    add(1);
  }

  private char next() {
    return at + 1 < text.length() ? text.charAt(at + 1) : 0;
  }

  private void member() {
    if (text.startsWith("\\", at)) {
      escape();
    } else {
      at++;
    }
  }
}
