package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.upload.UploadParsed;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as text: what people export, and what it becomes. */
class TableReadersTest {

  private static final String LONG = "x".repeat(300_000);

  @TempDir Path folder;

  @Test
  void readsCsvWithTheRowsThatASpreadsheetShows() {
    Reads.Found found =
        read(
            "id,text,label\r\n1,\"two\r\nlines, and \"\"quotes\"\"\",good\r\n\r\n2,  spaces ,\r\n");

    assertThat(found.kind()).isEqualTo("csv");
    assertThat(found.sheet())
        .isEqualTo(
            new UploadParsed.Sheet(
                "",
                1,
                List.of(
                    new UploadParsed.Column("id", "A"),
                    new UploadParsed.Column("text", "B"),
                    new UploadParsed.Column("label", "C")),
                2));
    assertThat(found.records()).allSatisfy(record -> assertThat(record.sheet()).isNull());
    assertThat(found.rows()).containsExactly(2, 4);
    assertThat(found.values())
        .containsExactly(
            Map.of("id", "1", "text", "two\r\nlines, and \"quotes\"", "label", "good"),
            Map.of("id", "2", "text", "  spaces "));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "|", "\t"})
  void findsTheSeparator(String separator) {
    Reads.Found found = read("text,label\nfine day,1\nbad day,0\n".replace(",", separator));

    assertThat(found.kind()).isEqualTo(separator.equals("\t") ? "tsv" : "csv");
    assertThat(found.column("text")).containsExactly("fine day", "bad day");
  }

  @Test
  void findsTheSeparatorAmongTextsWithCommas() {
    Reads.Found found = read("text;label\nfine, sunny day;1\nbad, very bad, day;0\n");

    assertThat(found.values()).contains(Map.of("text", "bad, very bad, day", "label", "0"));
  }

  @Test
  void takesExcelsWordForTheSeparator() {
    Reads.Found found = read("sep=;\r\na,b;c\r\n1,5;2\r\n");

    assertThat(found.columns()).containsExactly("a,b", "c");
    assertThat(found.rows()).containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "\t"})
  void findsTheSeparatorBeforeARowThatIsVeryLong(String separator) {
    String text = "title,text,more\nx,\"" + LONG + "\",c\ny,1,2\nz,3,4\n";

    Reads.Found found = read(text.replace(",", separator));

    assertThat(found.columns()).containsExactly("title", "text", "more");
    assertThat(found.column("text")).containsExactly(LONG, "1", "3");
  }

  @Test
  void findsTheSeparatorBeforeARowOfManyLines() {
    String lines = "a line\n".repeat(50_000);

    Reads.Found found = read("title,text\n" + "x,\"%s\"\n".formatted(lines).repeat(8));

    assertThat(found.kind()).isEqualTo("csv");
    assertThat(found.column("text")).hasSize(8).containsOnly(lines);
  }

  @Test
  void takesATextForNoTableOnlyBecauseItsSecondLineIsLong() {
    Reads.Found found = read("A title, and more\n" + LONG + "\n");

    assertThat(found.kind()).isEqualTo("text");
    assertThat(found.column("text")).containsExactly("A title, and more", LONG);
  }

  @Test
  void keepsAQuotationMarkThatOpensASentenceBetweenTabs() {
    Reads.Found found = read("source\ttarget\n\"Yes,\" he said.\t“是的。”\nNo.\t不。\n");

    assertThat(found.column("source")).containsExactly("\"Yes,\" he said.", "No.");
  }

  @Test
  void callsColumnsWithoutANameByTheirLetterAndNumbersDoubles() {
    Reads.Found found = read(",text,text,label\n0,a,b,x\n1,c,d,y\n");

    assertThat(found.columns()).containsExactly("A", "text", "text (2)", "label");
    assertThat(found.values())
        .contains(Map.of("A", "0", "text", "a", "text (2)", "b", "label", "x"));
  }

  @Test
  void losesNoRowWhereThereIsNoHeader() {
    Reads.Found found = read("very good film\t1\nboring\t0\nnice\t1\n");

    assertThat(found.sheet().headerRow()).isZero();
    assertThat(found.columns()).containsExactly("A", "B");
    assertThat(found.rows()).containsExactly(1, 2, 3);
  }

  @Test
  void takesSentencesForValuesAndQuestionsForNames() {
    assertThat(read("Good morning.\t早上好。\nYes, sir.\t是的。\n").rows()).containsExactly(1, 2);
    assertThat(read("\"Good, then.\",\"好。\"\n\"No, no.\",\"不。\"\n").rows()).containsExactly(1, 2);
    assertThat(read("Who are you?,Where do you live?\nAnn,Rome\nTom,Bonn\n").columns())
        .containsExactly("Who are you?", "Where do you live?");
    assertThat(read("Who was first?,Adam\nWho was second?,Eve\n").rows()).containsExactly(1, 2);
    assertThat(read("Hello, world.\nGoodbye, moon.\n").kind()).isEqualTo("text");
  }

  @Test
  void leavesOutTheCellsThatAShortRowLacks() {
    Reads.Found found = read("a,b,c\n1,2,3\n4\n5,6,7\n8,9,10\n11,12,13\n14,15,16\n");

    assertThat(found.values()).contains(Map.of("a", "4"));
    assertThat(found.sheet().rows()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "GB18030"})
  void findsTheEncoding(String encoding) {
    String csv = "题目,答案\n中国的首都是哪里？,北京\n一加一等于几？,二\n";

    Reads.Found plain = new Reads(folder).bytes(csv.getBytes(Charset.forName(encoding)));
    Reads.Found marked =
        new Reads(folder).bytes(("\ufeff" + csv).getBytes(Charset.forName(encoding)));

    assertThat(plain.values()).contains(Map.of("题目", "中国的首都是哪里？", "答案", "北京"));
    assertThat(marked.values()).isEqualTo(plain.values());
    assertThat(marked.columns()).containsExactly("题目", "答案");
  }

  @Test
  void findsAnEncodingThatShowsOnlyFarIntoTheFile() {
    String csv = "text,label\n" + "plain,1\n".repeat(200_000) + "中文,0\n";

    Reads.Found found = new Reads(folder).bytes(csv.getBytes(Charset.forName("GB18030")));

    assertThat(found.records().getLast().values()).isEqualTo(Map.of("text", "中文", "label", "0"));
  }

  @Test
  void readsAnArrayOfObjects() {
    Reads.Found found =
        read(
            """
            [{"instruction": "加", "input": 1.50, "output": true, "history": [["q", "a"]]},
             {"instruction": "减", "input": null, "more": {"x": [1, null, "é"]}}]
            """);

    assertThat(found.kind()).isEqualTo("json");
    assertThat(found.columns())
        .containsExactly("instruction", "input", "output", "history", "more");
    assertThat(found.sheet().columns().getFirst())
        .isEqualTo(new UploadParsed.Column("instruction", "instruction"));
    assertThat(found.rows()).containsExactly(1, 2);
    assertThat(found.values())
        .containsExactly(
            Map.of(
                "instruction",
                "加",
                "input",
                "1.50",
                "output",
                "true",
                "history",
                "[[\"q\",\"a\"]]"),
            Map.of("instruction", "减", "more", "{\"x\":[1,null,\"é\"]}"));
  }

  @Test
  void readsAnArrayOfTextsAndOneUnderAName() {
    assertThat(read("[\"one\", \"two\"]").column("text")).containsExactly("one", "two");
    assertThat(read("{\"data\": [{\"a\": 1}, {\"a\": 2}]}").column("a")).containsExactly("1", "2");
  }

  @Test
  void readsObjectsByTheirLines() {
    Reads.Found found =
        read("\ufeff{\"messages\": [{\"role\": \"user\"}]}\n\n{\"messages\": [],\n \"n\": NaN}\n");

    assertThat(found.kind()).isEqualTo("jsonl");
    assertThat(found.rows()).containsExactly(1, 3);
    assertThat(found.values())
        .containsExactly(Map.of("messages", "[{\"role\":\"user\"}]"), Map.of("messages", "[]"));
  }

  @Test
  void keepsOneChatAsOneRecord() {
    assertThat(read("{\"messages\": [{\"role\": \"user\"}, {\"role\": \"assistant\"}]}").records())
        .hasSize(1);
  }

  @Test
  void keepsOneChatWithToolsAndOneSentenceAsOneRecord() {
    assertThat(
            read("{\"conversations\": [{\"from\": \"human\"}, {\"from\": \"gpt\"}], \"tools\": [1, 2]}")
                .column("tools"))
        .containsExactly("[1,2]");
    assertThat(read("{\"tokens\": [\"a\", \"b\"], \"labels\": [\"O\", \"O\"]}").column("tokens"))
        .containsExactly("[\"a\",\"b\"]");
    assertThat(read("{\"tokens\": [[\"a\"], [\"b\"]], \"labels\": [[0], [1]]}").records())
        .hasSize(2);
    assertThat(read("{\"text\": [\"a\", \"b\"], \"tokens\": [12, 30]}").records()).hasSize(2);
  }

  @Test
  void turnsColumnsIntoRows() {
    Reads.Found found =
        read(
            "{\"input_text\": [\"好\", null, \"c\"], \"label\": [0, 1, 2], \"tags\": [[\"x\"], [],"
                + " null]}");

    assertThat(found.kind()).isEqualTo("json");
    assertThat(found.columns()).containsExactly("input_text", "label", "tags");
    assertThat(found.values())
        .containsExactly(
            Map.of("input_text", "好", "label", "0", "tags", "[\"x\"]"),
            Map.of("label", "1", "tags", "[]"),
            Map.of("input_text", "c", "label", "2"));
  }

  @Test
  void readsUtf16Json() {
    assertThat(
            new Reads(folder)
                .bytes("\ufeff[{\"a\":\"中\"}]".getBytes(StandardCharsets.UTF_16LE))
                .column("a"))
        .containsExactly("中");
  }

  private Reads.Found read(String text) {
    return new Reads(folder).text(text);
  }
}
