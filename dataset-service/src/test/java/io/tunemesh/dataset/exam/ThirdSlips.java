package io.tunemesh.dataset.exam;

import java.util.Random;

/** Slips inside a mark: another width, a Cyrillic letter, another dot, an unseen character. */
final class ThirdSlips {
  private ThirdSlips() {}

  static String mark(String mark, Random random) {
    var out = new StringBuilder();
    for (char c : mark.toCharArray()) {
      out.append(random.nextInt(10) == 0 ? other(c, random) : c);
    }
    if (random.nextInt(25) == 0) {
      out.append('\u200b');
    }
    if (random.nextInt(25) == 0) {
      out.insert(0, random.nextBoolean() ? "\ufeff" : "\u00a0");
    }
    if (random.nextInt(12) == 0) {
      out.append(' ');
    }
    return out.toString();
  }

  private static char other(char c, Random random) {
    if (c >= '0' && c <= '9') {
      return (char) (c + 0xfee0);
    }
    if (c >= 'A' && c <= 'D') {
      int cyrillic = "ABC".indexOf(c);
      return cyrillic >= 0 && random.nextBoolean()
          ? "\u0410\u0412\u0421".charAt(cyrillic)
          : (char) (c + 0xfee0);
    }
    return switch (c) {
      case '.', '．' -> "．.、".charAt(random.nextInt(3));
      case '、' -> '.';
      case '(' -> '（';
      case ')' -> '）';
      case '（' -> '(';
      case '）' -> ')';
      case ':' -> '：';
      case '：' -> ':';
      default -> c;
    };
  }
}
