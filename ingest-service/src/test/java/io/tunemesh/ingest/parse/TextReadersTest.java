package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are no tables: which reader takes them, and what they become. */
class TextReadersTest {

  @TempDir Path folder;

  @Test
  void readsTaggedTokensASentenceARecord() {
    Reads.Found found = read("我\tB-PER\n爱\tO\n北京\tB-LOC\n\n\nWho O\nknows O\n");

    assertThat(found.kind()).isEqualTo("bio");
    assertThat(found.rows()).containsExactly(1, 6);
    assertThat(found.values())
        .containsExactly(
            Map.of("tokens", "[\"我\",\"爱\",\"北京\"]", "tags", "[\"B-PER\",\"O\",\"B-LOC\"]"),
            Map.of("tokens", "[\"Who\",\"knows\"]", "tags", "[\"O\",\"O\"]"));
  }

  @Test
  void keepsTheColumnsBetweenATokenAndItsTag() {
    Reads.Found found = read("EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\n");

    assertThat(found.values())
        .containsExactly(
            Map.of(
                "tokens", "[\"EU\",\"rejects\",\"German\"]",
                "tags_2", "[\"NNP\",\"VBZ\",\"JJ\"]",
                "tags_3", "[\"B-NP\",\"B-VP\",\"B-NP\"]",
                "tags", "[\"B-ORG\",\"O\",\"B-MISC\"]"));
  }

  @Test
  void takesTheMarkOfADocumentForNoSentence() {
    Reads.Found found =
        read("-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\n. . O O\n-DOCSTART- (2)\nHe PRP B-NP O\n");

    assertThat(found.kind()).isEqualTo("bio");
    assertThat(found.rows()).containsExactly(3, 6);
    assertThat(found.column("tokens")).containsExactly("[\"EU\",\".\"]", "[\"He\"]");
  }

  @Test
  void readsWordClassesWhereBlankLinesPartSentences() {
    assertThat(read("The DT\ndog NN\nbarks VBZ\n. .\n\nThe DT\ncat NN\nsleeps VBZ\n. .\n").kind())
        .isEqualTo("bio");
    assertThat(read("good film\tPOS\nbad film\tNEG\nfine\tPOS\n").kind()).isEqualTo("tsv");
  }

  @Test
  void readsAScriptWithItsScenesAndDirections() {
    Reads.Found found =
        read(
            """
            第一幕 客厅
            （夜。灯亮着。）
            李明：你来了，
              我等了很久。
            王芳（笑）：路上堵车。
            李明：坐吧。

            第二幕 花园
            王芳：真美！
            """);

    assertThat(found.kind()).isEqualTo("script");
    assertThat(found.columns()).containsExactly("scene", "speaker", "text", "direction");
    assertThat(found.rows()).containsExactly(2, 3, 5, 6, 9);
    assertThat(found.values())
        .containsExactly(
            Map.of("scene", "第一幕 客厅", "direction", "（夜。灯亮着。）"),
            Map.of("scene", "第一幕 客厅", "speaker", "李明", "text", "你来了，\n我等了很久。"),
            Map.of("scene", "第一幕 客厅", "speaker", "王芳", "text", "路上堵车。", "direction", "笑"),
            Map.of("scene", "第一幕 客厅", "speaker", "李明", "text", "坐吧。"),
            Map.of("scene", "第二幕 花园", "speaker", "王芳", "text", "真美！"));
  }

  @Test
  void readsAnEnglishPlayWhoseLinesHaveCommas() {
    Reads.Found found =
        read(
            """
            SCENE 1. A bridge.
            Tom: Hi, Ann, you look tired.
            Ann: I walked, Tom.
            [They sit down.]
            Tom: Tell me.
            ANN: Well: it rained.
            Ann: A lot.
            """);

    assertThat(found.kind()).isEqualTo("script");
    assertThat(found.column("speaker")).containsExactly("Tom", "Ann", null, "Tom", "ANN", "Ann");
    assertThat(found.column("direction").get(2)).isEqualTo("[They sit down.]");
    assertThat(found.column("text").get(4)).isEqualTo("Well: it rained.");
  }

  @Test
  void readsALineEachWithoutParagraphs() {
    Reads.Found found = read("first sample, with a comma.\n\nsecond sample.\n\nthird.\n");

    assertThat(found.kind()).isEqualTo("text");
    assertThat(found.rows()).containsExactly(1, 3, 5);
    assertThat(found.column("text")).contains("first sample, with a comma.");
  }

  @Test
  void readsParagraphsWhole() {
    Reads.Found found = read("第一段的第一行\n第一段的第二行\n\n第二段\n");

    assertThat(found.rows()).containsExactly(1, 4);
    assertThat(found.column("text")).containsExactly("第一段的第一行\n第一段的第二行", "第二段");
  }

  @Test
  void readsMarkdownWithTheHeadingsAbove() {
    Reads.Found found =
        read(
            """
            # Guide
            Intro.

            ## Setup ##
            ```sh
            # no heading

            make
            ```
            Empty
            -----
            ## End
            """);

    assertThat(found.kind()).isEqualTo("markdown");
    assertThat(found.rows()).containsExactly(1, 2, 3, 4);
    assertThat(found.values())
        .containsExactly(
            Map.of("heading", "Guide", "text", "Intro."),
            Map.of("heading", "Guide > Setup", "text", "```sh\n# no heading\n\nmake\n```"),
            Map.of("heading", "Guide > Empty", "text", "Empty"),
            Map.of("heading", "Guide > End", "text", "End"));
  }

  @Test
  void keepsAHeadingThatOneOfAHigherLevelFollows() {
    Reads.Found found = read("### Deep\n## Second\nText.\n## Third\n### Fourth\n# Fifth\n");

    assertThat(found.values())
        .containsExactly(
            Map.of("heading", "Deep", "text", "Deep"),
            Map.of("heading", "Second", "text", "Text."),
            Map.of("heading", "Third > Fourth", "text", "Fourth"),
            Map.of("heading", "Fifth", "text", "Fifth"));
  }

  @Test
  void keepsEveryHeadingOfAScript() {
    Reads.Found found = read("第一幕\n第一场\n场景：客厅\n李明：坐。\n王芳：好。\n李明：走吧。\n第二幕\n");

    assertThat(found.kind()).isEqualTo("script");
    assertThat(found.rows()).containsExactly(1, 2, 4, 5, 6, 7);
    assertThat(found.column("direction")).containsExactly("第一幕", "第一场", null, null, null, "第二幕");
    assertThat(found.column("scene")).containsExactly("第一幕", "第一场", "客厅", "客厅", "客厅", "第二幕");
  }

  @Test
  void takesATableWithColonsInItsHeaderForATable() {
    assertThat(read("dc:title,dc:creator,dc:date\nLife,Ann,2020\nWar,Tom,2021\n").columns())
        .containsExactly("dc:title", "dc:creator", "dc:date");
    assertThat(read("ex:a,ex:b\nurn:x,urn:y\nurn:z,urn:w\n").kind()).isEqualTo("csv");
    assertThat(read("q: en\tq: zh\nhello\t你好\nbye\t再见\n").columns())
        .containsExactly("q: en", "q: zh");
    assertThat(read("q: en,q: zh\nhello,你好\nbye,再见\n").columns()).containsExactly("q: en", "q: zh");
    assertThat(read("user: hi\tbot: hello\nuser: bye\tbot: ciao\n").kind()).isEqualTo("tsv");
  }

  @Test
  void takesATableOfManyColumnsWithColonsForATable() {
    String header =
        IntStream.range(0, 1000).mapToObj(i -> "ex:c" + i).collect(Collectors.joining(","));
    String row = "1" + ",1".repeat(999) + "\n";

    assertThat(read(header + "\n" + row + row).columns()).hasSize(1000);
  }

  @Test
  void takesSpeechesWithCommasForAScriptAndNotForATable() {
    assertThat(read("Tom: Hi, Ann\nAnn: Hi, Tom\nTom: Well, bye\nAnn: Bye, Tom\n").kind())
        .isEqualTo("script");
    assertThat(read("李明：你好,王芳\n王芳：你好,李明\n李明：走,回家\n").kind()).isEqualTo("script");
    assertThat(read("Tom: Hi, Ann\nAnn: Hi, Tom\n").kind()).isEqualTo("text");
    assertThat(
            read("Tom:Hello, how are you\nAmy:Fine, thanks\nTom:Good, bye\nAmy:Bye, Tom\n").kind())
        .isEqualTo("script");
  }

  @Test
  void takesSpeechesThatATabPartsFromTheirSpeakersForAScript() {
    Reads.Found chinese = read("李明：\t你好\n王芳：\t你好呀\n李明：\t走吧\n王芳：\t好\n");

    assertThat(chinese.kind()).isEqualTo("script");
    assertThat(chinese.column("speaker")).containsExactly("李明", "王芳", "李明", "王芳");
    assertThat(chinese.column("text")).containsExactly("你好", "你好呀", "走吧", "好");
    assertThat(read("Alice:\tHi\nBob:\tHello\nAlice:\tBye\nBob:\tCiao\n").kind())
        .isEqualTo("script");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ORC", "PAR1", "GIF89a", "ARROW1", "SQLite format 3"})
  void readsATextThatBeginsWithTheMarkOfABinaryFormat(String mark) {
    assertThat(read(mark + "S attack the village.\n").column("text"))
        .containsExactly(mark + "S attack the village.");
  }

  @Test
  void readsLinesWithEveryKindOfEnd() {
    assertThat(read("one.\rtwo.\r\nthree.\nfour.").column("text"))
        .containsExactly("one.", "two.", "three.", "four.");
  }

  @Test
  void takesALargeTableWhoseLinesEndWithACarriageReturnForATable() {
    Reads.Found found = read("text,label\r" + "a line of text,good\r".repeat(20_000));

    assertThat(found.kind()).isEqualTo("csv");
    assertThat(found.columns()).containsExactly("text", "label");
    assertThat(found.rows()).hasSize(20_000);
  }

  @Test
  void keepsATokenThatIsASpace() {
    Reads.Found found = read("我\tB-PER\n\u3000\tO\n \tO\n  爱 \tO \n  \t北\tO\n");

    assertThat(found.kind()).isEqualTo("bio");
    assertThat(found.values())
        .containsExactly(
            Map.of(
                "tokens",
                "[\"我\",\"\u3000\",\" \",\"爱 \",\"北\"]",
                "tags",
                "[\"B-PER\",\"O\",\"O\",\"O\",\"O\"]"));
  }

  @Test
  void keepsATokenThatIsAnIdeographicSpaceBetweenSpaces() {
    Reads.Found found = read("我 B-PER\n\u3000 O\n  爱 O \u3000\n\u3000北 O\n");

    assertThat(found.kind()).isEqualTo("bio");
    assertThat(found.values())
        .containsExactly(
            Map.of(
                "tokens",
                "[\"我\",\"\u3000\",\"爱\",\"北\"]",
                "tags",
                "[\"B-PER\",\"O\",\"O\",\"O\"]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sep=\"", "sep=😀", "sep=\u0085"})
  void readsALineThatDeclaresNoSeparator(String line) {
    assertThat(read(line + "\nis a line.\n").column("text")).containsExactly(line, "is a line.");
  }

  private Reads.Found read(String text) {
    return new Reads(folder).text(text);
  }
}
