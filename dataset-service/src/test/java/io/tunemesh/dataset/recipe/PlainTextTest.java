package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Sample.Made;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void packsRowsIntoBlocksInTheirOrder() throws Exception {
    String rows =
        """
        {"text": "The first paragraph is here."}
        {"text": "The second one."}
        {"text": "  "}
        {"text": "第三段比前两段都要长一些，因为它说了更多的话，也用了更多的字，所以放不下了。"}
        {"text": "Last."}
        """;

    Made made = Sample.keyed("text", rows).with("block_characters", "50").read("plain_text");

    assertThat(made.examples())
        .extracting(ExampleLine::text)
        .containsExactly(
            "The first paragraph is here.\nThe second one.",
            "第三段比前两段都要长一些，因为它说了更多的话，也用了更多的字，所以放不下了。\nLast.");
    assertThat(made.examples().getFirst().messages()).isNull();
    assertThat(made.examples().getLast().lineage().firstRow()).isEqualTo(4);
    assertThat(made.examples().getLast().lineage().row()).isEqualTo(5);
    assertThat(made.codes()).containsExactly("empty_cell");
    assertThat(made.reading().tally().kept()).isEqualTo(4);
  }

  @Test
  void makesEachRowAnExampleWhenAsked() throws Exception {
    Made made =
        Sample.keyed("text", "{\"text\": \"one\"}\n{\"text\": \"two\"}")
            .with("samples", "rows")
            .read("plain_text");

    assertThat(made.examples()).extracting(ExampleLine::text).containsExactly("one", "two");
  }

  @Test
  void cutsALongRowAtItsSentencesAndLosesNothing() throws Exception {
    String sentence = "山中有雨，雨后天晴，人们又走上了小路。";
    Made made =
        Sample.keyed("text", "{\"text\": \"%s\"}".formatted(sentence.repeat(50)))
            .with("block_characters", "100")
            .read("plain_text");

    assertThat(made.examples()).hasSizeGreaterThan(9);
    assertThat(made.examples())
        .allSatisfy(line -> assertThat(line.text()).endsWith("。").hasSizeLessThanOrEqualTo(100));
    assertThat(String.join("", made.examples().stream().map(ExampleLine::text).toList()))
        .isEqualTo(sentence.repeat(50));
    assertThat(made.reading().tally().kept()).isEqualTo(1);
  }

  @Test
  void putsAHeadingOnceBeforeItsParagraphs() throws Exception {
    Made made =
        Sample.keyed(
                "markdown",
                """
                {"heading": "Rivers", "text": "They flow."}
                {"heading": "Rivers", "text": "They end."}
                {"heading": "Hills", "text": "They stand."}
                """)
            .read("plain_text");

    assertThat(made.examples())
        .extracting(ExampleLine::text)
        .containsExactly("Rivers\nThey flow.\nThey end.\nHills\nThey stand.");
  }

  @Test
  void neverCutsACharacterInTwo() {
    String text = "😀".repeat(101);

    List<String> pieces = Pieces.of(text, 51);

    assertThat(String.join("", pieces)).isEqualTo(text);
    assertThat(pieces).allSatisfy(piece -> assertThat(piece.length() % 2).isZero());
  }

  @Test
  void cutsAtPointsAndBlanksWhereThereAreAny() {
    assertThat(Pieces.of("It is 3.14 or so. It goes on", 20))
        .containsExactly("It is 3.14 or so.", "It goes on");
    assertThat(Pieces.of("aaaa bbbb cccc dddd", 10)).containsExactly("aaaa bbbb", "cccc dddd");
    assertThat(Pieces.of("abcdefghij", 4)).containsExactly("abcd", "efgh", "ij");
    assertThat(Pieces.of("abcd" + "\u00a0".repeat(4) + "ij", 4)).containsExactly("abcd", "ij");
  }

  @Test
  void forgetsNoHeadingForARowWithAnError() throws Exception {
    Made made =
        Sample.keyed(
                "markdown",
                """
                {"heading": "Rivers", "text": "They flow."}
                {"heading": "#REF!", "text": "They end."}
                {"heading": "Rivers", "text": "They flood."}
                """)
            .read("plain_text");

    assertThat(made.examples())
        .extracting(ExampleLine::text)
        .containsExactly("Rivers\nThey flow.\nThey flood.");
    assertThat(made.codes()).containsExactly("error_value");
  }
}
