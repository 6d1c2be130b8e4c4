package io.tunemesh.dataset.build;

import static io.tunemesh.dataset.build.Building.source;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.recipe.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of cleaning in a build: what they change, what they refuse, and how it is counted. */
class CleanedBuildTest {

  private static final List<String> ODD =
      List.of(
          "{\"instruction\": \"Say cafÃ©\", \"output\": \"no\"}",
          "{\"instruction\": \"Say it\", \"output\": \"ＡＢＣ１２３\"}",
          "{\"instruction\": \"<p>Say</p> &amp; do\", \"output\": \"yes\\u200b <b>yes</b>\"}",
          "{\"instruction\": \"Say this\", \"output\": \"<img src='x.png'>\"}",
          "{\"instruction\": \"Tell\", \"output\": \"%s\"}".formatted("over and over ".repeat(30)));

  @TempDir Path temp;
  private Building building;
  private UploadParsed file;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    List<String> rows = new ArrayList<>(ODD);
    for (int i = 0; i < 40; i++) {
      rows.add("{\"instruction\": \"Count to %d\", \"output\": \"It is %d.\"}".formatted(i, i));
    }
    file = Sample.jsonl(String.join("\n", rows)).parsed(building.blobs(), "file-c", "c.jsonl");
  }

  @Test
  void changesTextInAllItsFormsAndCountsByRule() throws IOException {
    DatasetFiles files =
        built(new Clean(null, null, null, null, "remove", "strip", "remove", true, true));

    assertThat(files.refusals())
        .isEqualTo(Map.of("garbled_text", 1L, "nothing_left", 1L, "repetitive", 1L));
    assertThat(files.rowsKept()).isEqualTo(42);
    JsonNode manifest = building.json(files.manifest());
    assertThat(manifest.get("changed").toString())
        .isEqualTo("{\"controls\":1,\"normalize_widths\":1,\"strip_markup\":1}");
    List<JsonNode> examples = examples(files);
    assertThat(examples.get(0).at("/messages/1/content").asText()).isEqualTo("ABC123");
    assertThat(examples.get(0).at("/structure/output").asText()).isEqualTo("ABC123");
    assertThat(examples.get(1).at("/messages/0/content").asText()).contains("Say\n& do");
    assertThat(examples.get(1).at("/messages/1/content").asText()).isEqualTo("yes yes");
    List<String> refused = building.lines(files.refused());
    assertThat(refused.getFirst())
        .contains("\"row\":1", "\"code\":\"garbled_text\"", "read as Latin-1: 'Ã©'");
  }

  @Test
  void refusesARowWhoseQuestionWasNothingButMarkup() throws IOException {
    StringBuilder rows = new StringBuilder("text\tlabel\n<br/><img src='a.png'>\tgood\n");
    StringBuilder pairs = new StringBuilder("sentence1\tsentence2\tlabel\n");
    pairs.append("one\t<p>&nbsp;</p>\tsame\n");
    StringBuilder asked = new StringBuilder("instruction\tinput\toutput\n");
    asked.append("Count\t<p></p>\t1\n<p></p>\tCount\t1\n<p></p>\t<br>\t1\n");
    for (int i = 0; i < 20; i++) {
      rows.append("text %d\tgood\n".formatted(i));
      pairs.append("one %d\ttwo\tsame\n".formatted(i));
      asked.append("Count to\t%d\tdone\n".formatted(i));
    }

    assertThat(stripped(rows)).isEqualTo(Map.of("nothing_left", 1L));
    assertThat(stripped(pairs)).isEqualTo(Map.of("nothing_left", 1L));
    assertThat(stripped(asked)).isEqualTo(Map.of("nothing_left", 1L));
  }

  @Test
  void refusesAChatWithATurnOfTheUsersThatWasNothingButMarkup() throws IOException {
    String turns =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"},"
            + " {\"role\": \"assistant\", \"content\": \"Yes.\"}]}\n";
    StringBuilder chats = new StringBuilder(turns.formatted("<img src='a.png'>"));
    for (int i = 0; i < 20; i++) {
      chats.append(turns.formatted("Is it " + i + "?"));
    }

    assertThat(stripped(Sample.jsonl(chats.toString()))).isEqualTo(Map.of("nothing_left", 1L));
  }

  @Test
  void leavesCallsAndFunctionsJsonAndCleansTheirWords() throws IOException {
    String chat =
        """
        {"tools": [{"name": "send", "description": "Sends ＨＴＭＬ<br>to all"}, {"name": "stop"}], "messages": [\
        {"role": "system", "content": "Be <b>brief</b>.<br>"}, {"role": "user", "content": "<p>Greet Ann</p>"}, \
        {"role": "assistant", "content": "Gladly&#58;<br>", "tool_calls": [\
        {"function": {"name": "send", "arguments": {"html": "<p>Hello &quot;Ann&quot;</p><p>Bye</p>", "n": 2}}}, \
        {"function": {"name": "stop", "arguments": "{}"}}]}, \
        {"role": "tool", "content": "{\\"page\\": \\"<p>&quot;ok&quot;</p>\\"}"}, {"role": "tool", "content": "<!-- <p>off</p>"}, \
        {"role": "assistant", "content": "Sent --> &amp; done"}]}
        """;
    UploadParsed file = Sample.jsonl(chat).parsed(building.blobs(), "file-x", "x.jsonl");
    Map<String, String> settings = Map.of("tools", "text");
    Source source = new Source("x.jsonl", null, null, null, null, null, null, settings, null);
    Clean clean = new Clean(null, null, null, null, null, "strip", null, true, true);
    DatasetSpec.Split split = new DatasetSpec.Split(0.0, 0.0, null);

    DatasetFiles files = building.built(new DatasetSpec("d", List.of(source), split, clean), file);

    JsonNode messages = examples(files).getFirst().get("messages");
    assertThat(messages.findValuesAsText("content").subList(1, 5))
        .containsExactly(
            "Greet Ann",
            """
            Gladly:
            <tool_call>
            {"name":"send","arguments":{"html":"Hello \\"Ann\\"\\n\\nBye","n":2}}
            </tool_call>
            <tool_call>
            {"name":"stop","arguments":{}}
            </tool_call>""",
            """
            <tool_response>
            {"page":"\\"ok\\""}
            </tool_response>
            <tool_response>
            <!--
            off
            </tool_response>""",
            "Sent --> & done");
    assertThat(messages.at("/0/content").asText())
        .startsWith("Be brief.\n\n# Tools\n\n")
        .contains(
            "<tools>\n{\"name\":\"send\",\"description\":\"Sends HTML\\nto all\"}\n{\"name\":\"stop\"}\n</tools>");
  }

  @Test
  void removesWhatHasControlCharactersWhereThatIsAskedFor() throws IOException {
    DatasetFiles files = built(new Clean(null, null, null, null, null, "remove", null, null, null));

    assertThat(files.refusals()).isEqualTo(Map.of("control_characters", 1L));
    assertThat(building.lines(files.refused()).getFirst())
        .contains("\"row\":3", "U+200B ZERO WIDTH SPACE");
    assertThat(building.json(files.manifest()).has("changed")).isFalse();
  }

  @Test
  void changesNothingThatNobodyAskedToChange() throws IOException {
    DatasetFiles files = built(null);

    assertThat(files.rowsRefused()).isZero();
    assertThat(examples(files).get(1).at("/messages/1/content").asText()).isEqualTo("ＡＢＣ１２３");
    assertThat(building.json(files.manifest()).at("/tokens/absent").asText())
        .contains("no base model is named");
  }

  @Test
  void comparesWhatARowSaysAndNotTheLabelsThatItsPromptLists() throws IOException {
    List<String> labels = IntStream.range(0, 60).mapToObj(i -> "label-of-the-kind-" + i).toList();
    StringBuilder rows = new StringBuilder("text\tlabel");
    for (int i = 0; i < 40; i++) {
      rows.append("\n").append(Integer.toString(i * 7919 + 99_991, 36)).append('\t');
      rows.append(labels.get(i));
    }
    UploadParsed texts = Sample.tsv(rows.toString()).parsed(building.blobs(), "file-l", "l.tsv");
    Map<String, String> settings = Map.of("labels", String.join(", ", labels));
    Source source = new Source("l.tsv", null, null, null, null, null, null, settings, null);
    DatasetSpec near =
        new DatasetSpec("d", List.of(source), null, new Clean("near", null, null, null));
    DatasetSpec longer =
        new DatasetSpec("d", List.of(source), null, new Clean(null, null, 50, null));

    assertThat(building.built(near, texts).refusals()).isEmpty();
    assertThat(building.rejected(longer, texts).files().refusals())
        .isEqualTo(Map.of("too_short", 40L));
  }

  @Test
  void keepsALongRowWithOnePieceOfItAndCountsTheOthers() throws IOException {
    String a = "甲".repeat(48) + "。";
    String b = "乙".repeat(48) + "。";
    String c = "丙".repeat(48) + "。";
    String row = "{\"text\": \"%s\"}\n";
    UploadParsed text =
        Sample.keyed(
                "text",
                row.formatted(a + b + "短。") + row.formatted(a + a + b) + row.formatted(a + c))
            .parsed(building.blobs(), "file-t", "t.txt");

    DatasetFiles shortest = pieces(new Clean(null, null, 10, null), null, text);
    assertThat(shortest.rowsKept()).isEqualTo(3);
    assertThat(leftOut(shortest)).isEqualTo("{\"too_short\":1}");
    assertThat(building.json(shortest.report()).get("look_at").findValuesAsText("code"))
        .contains("pieces_left_out");
    assertThat(building.json(shortest.report()).at("/pieces_left_out/too_short").asInt())
        .isEqualTo(1);

    DatasetFiles exact = pieces(new Clean("exact", null, null, null), null, text);
    assertThat(exact.refusals()).isEqualTo(Map.of("duplicate", 1L));
    assertThat(building.lines(exact.refused()).getFirst())
        .contains("\"row\":2", "it repeats row 1 of t.txt");
    assertThat(building.lines(exact.examples())).hasSize(4);
    assertThat(leftOut(exact)).isEqualTo("{\"duplicate\":1}");

    DatasetFiles limited = pieces(null, 1, text);
    assertThat(limited.refusals()).isEqualTo(Map.of("over_limit", 2L));
    assertThat(leftOut(limited)).isEqualTo("{\"over_limit\":2}");
  }

  private DatasetFiles pieces(Clean clean, Integer limit, UploadParsed text) throws IOException {
    Map<String, String> settings = Map.of("block_characters", "50");
    Source source = new Source("t.txt", null, null, null, null, limit, null, settings, null);
    DatasetSpec.Split split = new DatasetSpec.Split(0.0, 0.0, null);
    return building.built(new DatasetSpec("d", List.of(source), split, clean), text);
  }

  private String leftOut(DatasetFiles files) throws IOException {
    return building.json(files.manifest()).get("pieces_left_out").toString();
  }

  @Test
  void removesATestExampleThatIsAlmostOneOfTrainingInAnotherSource() throws IOException {
    Random random = new Random(5);
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    String line = "{\"instruction\": \"%s\", \"output\": \"It is said.\"}\n";
    for (int i = 0; i < 60; i++) {
      String words =
          random
              .ints(40, 46_656, 1_679_616)
              .mapToObj(w -> Integer.toString(w, 36))
              .collect(joining(" "));
      first.append(line.formatted(words + " so it ends"));
      second.append(line.formatted(words + " so it began"));
    }
    UploadParsed a = Sample.jsonl(first.toString()).parsed(building.blobs(), "file-a", "a.jsonl");
    UploadParsed b = Sample.jsonl(second.toString()).parsed(building.blobs(), "file-b", "b.jsonl");
    List<Source> sources =
        List.of(source("a.jsonl", null, null, null), source("b.jsonl", null, null, null));

    JsonNode leaks =
        building.json(building.built(new DatasetSpec("d", sources, null), a, b).manifest());
    DatasetFiles cleaned =
        building.built(
            new DatasetSpec("d", sources, null, new Clean("near", null, null, null)), a, b);

    assertThat(leaks.at("/leaks/parts").findValues("near_text")).isNotEmpty();
    assertThat(cleaned.refusals()).isEqualTo(Map.of("near_duplicate", 60L));
    assertThat(building.lines(cleaned.refused()))
        .allSatisfy(refused -> assertThat(refused).contains("b.jsonl", " of a.jsonl"));
    assertThat(building.json(cleaned.manifest()).at("/leaks/parts").findValues("leaked"))
        .hasSize(2)
        .allSatisfy(leaked -> assertThat(leaked.asLong()).isZero());
  }

  private Map<String, Long> stripped(CharSequence table) throws IOException {
    return stripped(Sample.tsv(table.toString()));
  }

  private Map<String, Long> stripped(Sample sample) throws IOException {
    UploadParsed rows = sample.parsed(building.blobs(), "file-m", "m.txt");
    List<Source> sources = List.of(source("m.txt", null, null, null));
    Clean markup = new Clean(null, null, null, null, null, null, null, null, true);
    return building.built(new DatasetSpec("d", sources, null, markup), rows).refusals();
  }

  private DatasetFiles built(Clean clean) throws IOException {
    DatasetSpec spec =
        new DatasetSpec("d", List.of(source("c.jsonl", null, null, null)), null, clean);
    return building.built(spec, file);
  }

  private List<JsonNode> examples(DatasetFiles files) throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    for (String line : building.lines(files.examples())) {
      examples.add(Json.MAPPER.readTree(line));
    }
    return examples;
  }
}
