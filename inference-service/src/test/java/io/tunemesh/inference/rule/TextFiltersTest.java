package io.tunemesh.inference.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextFiltersTest {

  private static final WordSet WORDS =
      new WordSet(List.of("ab", "bcd", "cdef", "赌博", "赌博网站", "bad word", "ass", "x😀y"));
  private static final String[] PIECES = {
    "a",
    "b",
    "c",
    "d",
    "ef",
    " ",
    "赌",
    "博",
    "网站",
    "bad",
    " word",
    "ass",
    "。",
    ". ",
    "!",
    "\n",
    "😀",
    "x",
    "y",
    "ＡＢ",
    "好的。",
    "Yes it is. ",
    "“",
    "3.5",
    "Dr. "
  };

  static Stream<Supplier<TextFilter>> filters() {
    return Stream.of(
        () -> new WordFilter(WORDS, "*"),
        () -> new WordFilter(WORDS, null),
        () -> new LengthFilter(17),
        () -> new PieceFilter(false, 1),
        () -> new PieceFilter(true, 1));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void givesTheSameHoweverTheTextIsCut(Supplier<TextFilter> filter) {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      TextFilter cut = filter.get();
      TextFilter whole = filter.get();
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(4));
        out.append(cut.push(text.substring(at, end)));
        at = end;
      }
      out.append(random.nextBoolean() ? cut.end() : cut.whole(""));

      assertThat(out.toString())
          .as("seed %d: %s", seed, text)
          .isEqualTo(whole.whole(text.toString()));
      assertThat(cut.acted()).as("seed %d: %s", seed, text).isEqualTo(whole.acted());
    }
  }

  @Test
  void masksWordsOfAnyWidthAndCaseWhereTheyStandAlone() {
    WordFilter filter = new WordFilter(WORDS, "*");

    assertThat(filter.whole("An Ass in class, ＡＳＳ；网络赌博网站!"))
        .isEqualTo("An *** in class, ***；网络****!");
    assertThat(filter.acted())
        .containsExactly(new Acted("after.forbidden", "3 forbidden words were masked"));
  }

  @Test
  void holdsBackOnlyWhatMayBeAWord() {
    WordFilter filter = new WordFilter(WORDS, "*");

    assertThat(filter.push("我们去赌")).isEqualTo("我们去");
    assertThat(filter.push("场")).isEqualTo("赌场");
    assertThat(filter.push("赌博")).isEmpty();
    assertThat(filter.push("吧")).isEqualTo("**吧");
    assertThat(filter.end()).isEmpty();
  }

  @Test
  void leavesNoWordThatComesOfTakingOneOut() {
    assertThat(new WordFilter(WORDS, null).whole("赌赌博博")).isEqualTo("赌*博");
    assertThat(new WordFilter(WORDS, null).whole("赌赌博赌博博")).isEqualTo("赌*博");
    assertThat(new WordFilter(WORDS, null).whole("我赌博们赌博赌")).isEqualTo("我们赌");
    WordFilter stream = new WordFilter(WORDS, null);
    assertThat(stream.push("赌赌")).isEqualTo("赌");
    assertThat(stream.push("博")).isEmpty();
    assertThat(stream.push("博")).isEqualTo("*博");
    assertThat(stream.acted())
        .containsExactly(new Acted("after.forbidden", "a forbidden word was taken out"));
    for (int seed = 0; seed < 5000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      String left = new WordFilter(WORDS, null).whole(text.toString());
      assertThat(WORDS.in(left, (char) 0, true)).as("seed %d: %s: %s", seed, text, left).isEmpty();
    }
  }

  @Test
  void countsACharacterOutsideTheFirstPlaneOnce() {
    assertThat(new WordFilter(WORDS, "#").whole("(x😀y)")).isEqualTo("(###)");
  }

  @Test
  void findsOneOfManyWords() {
    List<String> many =
        Stream.iterate(0, i -> i + 1).limit(50_000).map(i -> "词" + i + "尾").toList();

    assertThat(new WordFilter(new WordSet(many), "*").whole("有词49999尾和词50000尾"))
        .isEqualTo("有*******和词50000尾");
  }

  @Test
  void cutsAtTheLastSentenceThatFits() {
    LengthFilter filter = new LengthFilter(12);

    assertThat(filter.whole("今天下雨。我们不去了。明天再说。")).isEqualTo("今天下雨。我们不去了。");
    assertThat(filter.acted().getFirst().reason()).contains("end of a sentence", "12");
  }

  @Test
  void cutsASentenceThatAloneIsTooLong() {
    LengthFilter filter = new LengthFilter(5);

    assertThat(filter.push("one two three")).isEqualTo("one t");
    assertThat(filter.push(" four.")).isEmpty();
    assertThat(filter.end()).isEmpty();
    assertThat(filter.acted().getFirst().reason()).contains("within its first sentence");
  }

  @Test
  void leavesAnAnswerThatFitsAlone() {
    LengthFilter filter = new LengthFilter(9);

    assertThat(filter.whole("It rains. ")).isEqualTo("It rains.");
    assertThat(filter.acted()).isEmpty();
  }

  @Test
  void dropsWhatWasSaidBefore() {
    PieceFilter sentences = new PieceFilter(false, 4);
    PieceFilter lines = new PieceFilter(true, 4);

    assertThat(sentences.whole("It is so. No. It is so! No. It was."))
        .isEqualTo("It is so. No. No. It was.");
    assertThat(sentences.acted().getFirst().reason()).startsWith("a sentence");
    assertThat(lines.whole("- apples\n- pears\n- Apples\n")).isEqualTo("- apples\n- pears\n");
  }
}
