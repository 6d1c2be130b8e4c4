package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The walk goes by eight characters; here is what it must find, told of one character at a time.
 */
class WalkTest {
  private static final int CELLS = 4000;
  private static final String TYPED =
      "AaGgHhzÀＡａАс0１9甲乙分，。 \u00a0\u3000\n\t\r()（【_.①\u200b&\uD835\uDC00";

  @Test
  void findsWhereSomethingMayBegin() {
    for (String cell : cells()) {
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < cell.length(); i++) {
        if (begins(cell, i)) {
          expected.add(i);
        }
      }

      Walk walk = Walk.over(cell);

      List<Integer> found = new ArrayList<>();
      for (int i = walk.begin(0); i >= 0; i = walk.begin(i + 1)) {
        found.add(i);
      }
      assertThat(found).as(cell).isEqualTo(expected);
    }
  }

  @Test
  void findsWhatBeginsFarBehind() {
    for (int words = 0; words < 200; words++) {
      Walk walk = Walk.over("甲".repeat(words) + "1" + "乙".repeat(words) + "A");

      assertThat(walk.begin(0)).isEqualTo(words);
      assertThat(walk.begin(words + 1)).isEqualTo(2 * words + 1);
      assertThat(walk.begin(2 * words + 2)).isEqualTo(-1);
    }
  }

  @Test
  void findsTheEndOfWhatIsVisible() {
    for (String cell : cells()) {
      Walk walk = Walk.over(cell);

      for (int begin = 0; begin < cell.length(); begin += 5) {
        int end = begin;
        for (int to = begin; to <= cell.length(); to++) {
          end = holds(cell, to - 1, Glyphs.BLANK) || to == begin ? end : to;
          assertThat(walk.trimmed(begin, to)).as("%d to %d in %s", begin, to, cell).isEqualTo(end);
        }
      }
    }
  }

  @Test
  void findsWhatIsOdd() {
    for (String cell : cells()) {
      Walk walk = Walk.over(cell);

      for (int i = 0; i < cell.length(); i++) {
        assertThat(walk.isPlain(i, i + 1)).as("%d in %s", i, cell).isEqualTo(!isOdd(cell, i));
      }
    }
  }

  @Test
  void foldsAndCountsEveryCharacter() {
    for (String cell : cells()) {
      Walk walk = Walk.over(cell);

      for (int i = 0; i < cell.length(); i++) {
        assertThat(walk.folded()[i]).isEqualTo(Glyphs.fold(cell.charAt(i)));
      }
      counts(walk.tally(), cell);
      counts(Tally.of(cell), cell);
    }
  }

  @Test
  void countsLongTextsWithoutRareCharacters() {
    for (int length = 0; length < 600; length++) {
      String text = "Ab 甲乙，\n丙e1".repeat(length).substring(0, length);

      counts(Tally.of(text), text);
    }
  }

  private static void counts(Tally tally, String text) {
    int kinds = 0;
    int lead = 0;
    for (int i = 0; i < text.length(); i++) {
      kinds |= glyph(text, i);
      lead += holds(text, i, Glyphs.HAN) ? 1 : 0;
      lead -= holds(text, i, Glyphs.LETTER) && !holds(text, i - 1, Glyphs.LETTER) ? 1 : 0;
    }
    assertThat(tally.lead()).as(text).isEqualTo(lead);
    for (int kind = 1; kind <= Glyphs.CIRCLED; kind <<= 1) {
      assertThat(tally.holds(kind)).as(text).isEqualTo((kinds & kind) != 0);
    }
  }

  private static boolean begins(String cell, int at) {
    boolean number = holds(cell, at, Glyphs.DIGIT) && !holds(cell, at - 1, Glyphs.DIGIT);
    boolean small = holds(cell, at, Glyphs.SMALL) && !holds(cell, at - 1, Glyphs.LETTER);
    boolean letter = small || holds(cell, at, Glyphs.CAPITAL);
    return number || letter && !holds(cell, at + 1, Glyphs.LETTER);
  }

  private static boolean isOdd(String cell, int at) {
    boolean blank = holds(cell, at, Glyphs.BLANK);
    boolean blankBefore = holds(cell, at - 1, Glyphs.BLANK);
    boolean wide = holds(cell, at - 2, Glyphs.WIDE) && holds(cell, at, Glyphs.WIDE);
    return holds(cell, at, Glyphs.ODD) || blankBefore && (blank || wide);
  }

  private static boolean holds(String cell, int at, int kind) {
    return (glyph(cell, at) & kind) != 0;
  }

  private static int glyph(String cell, int at) {
    return at < 0 || at >= cell.length() ? 0 : Glyphs.of(cell.charAt(at));
  }

  /** Cells of every length up to some words of the walk, of characters of every kind. */
  private static List<String> cells() {
    var random = new Random(1);
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < CELLS; i++) {
      var cell = new StringBuilder();
      for (int k = i % 140; k > 0; k--) {
        cell.append(TYPED.charAt(random.nextInt(TYPED.length())));
      }
      cells.add(cell.toString());
    }
    return cells;
  }
}
