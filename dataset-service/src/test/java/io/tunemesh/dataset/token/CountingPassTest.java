package io.tunemesh.dataset.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.platform.token.BaseTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountingPassTest {

  private static final String CHAT =
      "{\"id\":\"ex-%d\",\"split\":\"train\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},"
          + "{\"role\":\"assistant\",\"content\":\"好\"}],\"language\":\"zh\",\"lineage\":{\"file\":"
          + "\"a.xlsx\",\"file_id\":\"file-1\",\"sheet\":\"一\",\"row\":%d}}";

  @TempDir Path temp;

  @Test
  void addsToEveryLineHowLongItIsAndChangesNothingElse() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      lines.add(CHAT.formatted(i, "问".repeat(i % 7 + 1) + " \\u2028\\\"😀", i + 2));
    }
    Path file = Files.write(temp.resolve("examples.jsonl"), lines);

    TokenReport report = starter(2048).count(file, () -> count -> {});

    List<String> counted = Files.readAllLines(file);
    assertThat(counted).hasSameSizeAs(lines);
    long total = 0;
    for (int i = 0; i < lines.size(); i++) {
      String before = lines.get(i).substring(0, lines.get(i).length() - 1);
      assertThat(counted.get(i)).startsWith(before + ",\"tokens\":{");
      JsonNode tokens = Json.MAPPER.readTree(counted.get(i)).get("tokens");
      assertThat(tokens.get("prompt").asInt() + tokens.get("answer").asInt())
          .isEqualTo(tokens.get("total").asInt());
      total += tokens.get("total").asLong();
    }
    assertThat(report.absent()).isNull();
    assertThat(report.model()).isEqualTo("starter");
    assertThat(report.tokenizerSha256()).hasSize(64);
    assertThat(report.lengths().examples()).isEqualTo(600);
    assertThat(report.lengths().total()).isEqualTo(total);
    assertThat(report.lengths().mean()).isEqualTo(Math.round(total / 60.0) / 10.0);
    assertThat(report.lengths().p50()).isLessThanOrEqualTo(report.lengths().p95());
    assertThat(report.lengths().p95()).isLessThanOrEqualTo(report.lengths().max());
    assertThat(report.cutOff().examples()).isZero();
  }

  @Test
  void countsTheContentsOfALongChatFromAnAnswerOn() throws Exception {
    int written = ChatCounter.WRITTEN_OUT;

    List<TokenCount> counts =
        new CountingPass(starter(2048))
            .over(
                List.of(
                    chat(written - 1),
                    chat(written),
                    chat(written + 1),
                    chat(written + 2),
                    chat(5_000)))
            .counts();

    int each = counts.get(1).total() - counts.get(0).total();
    int more = counts.get(3).total() - counts.get(2).total();
    assertThat(more).isPositive().isLessThan(each);
    assertThat(counts.get(2).answer()).isGreaterThan(counts.get(1).answer());
    assertThat(counts.get(4).total())
        .isEqualTo(counts.get(3).total() + (5_000 - written - 2) * more);
    assertThat(counts.get(4).problem()).isNull();
  }

  @Test
  void countsAllBeforeEachAnswerOfALongChatThatTheTemplateRewrites() throws Exception {
    Path folder =
        copy(
            "{% for m in messages %}{{ m.content }}{% if loop.last %}"
                + "{% if m.role == 'assistant' %}!{% endif %}{% endif %}<|im_end|>{% endfor %}");
    int cutoff = 500;
    int answers = ChatCounter.WRITTEN_OUT + 5;

    TokenCount count =
        new Counting.ByModel("m", LoadedModel.in(folder), cutoff)
            .count(List.of(chat(answers)))
            .counts()
            .getFirst();

    BaseTokenizer tokenizer = BaseTokenizer.of(folder.resolve("tokenizer.json"));
    int asked = tokenizer.count("问");
    int said = tokenizer.count("好");
    int last = tokenizer.count("好!") + 1;
    int total = 0;
    int answer = 0;
    int cutOff = 0;
    int history = 0;
    for (int i = 0; i < answers; i++) {
      boolean whole = i < ChatCounter.WRITTEN_OUT;
      int length = whole ? last : said + 1;
      int end = whole ? i * (asked + said + 2) + asked + 1 + last : history + asked + length;
      history = whole ? end : history + asked + said;
      total += end;
      answer += length;
      cutOff += Math.max(0, end - cutoff);
    }
    assertThat(cutOff).isPositive();
    assertThat(count.problem()).isNull();
    assertThat(count.total()).isEqualTo(total);
    assertThat(count.answer()).isEqualTo(answer);
    assertThat(count.cutOff()).isEqualTo(cutOff);
  }

  private static Countable chat(int answers) {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      turns.add(Turn.user("问"));
      turns.add(Turn.assistant("好"));
    }
    return Chats.countable(List.of(turns)).getFirst();
  }

  @Test
  void countsOnSeveralThreadsWhatOneCounts() throws Exception {
    List<String> lines = new ArrayList<>();
    List<Countable> examples = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      lines.add(CHAT.formatted(i, "问".repeat(i % 50 + 1), i + 2));
      examples.add(Json.MAPPER.readValue(lines.getLast(), Countable.class));
    }
    Path file = Files.write(temp.resolve("many.jsonl"), lines);
    Counting.Counted alone = new CountingPass(starter(40)).over(examples);

    TokenReport together = new CountingPass(starter(40)).over(file, () -> count -> {});

    assertThat(together).isEqualTo(alone.report());
    List<TokenCount> counts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      counts.add(
          Json.MAPPER.treeToValue(Json.MAPPER.readTree(line).get("tokens"), TokenCount.class));
    }
    assertThat(counts).isEqualTo(alone.counts());
  }

  @Test
  void namesTheFirstHundredThatAreCutOffWithTheirRowsAndCountsAll() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lines.add(CHAT.formatted(i, "a b c d e f g h ".repeat(i % 2 == 0 ? 40 : 1), i + 2));
    }
    Path file = Files.write(temp.resolve("examples.jsonl"), lines);

    TokenReport report = starter(100).count(file, () -> count -> {});

    assertThat(report.cutoffLen()).isEqualTo(100);
    assertThat(report.cutOff().examples()).isEqualTo(150);
    assertThat(report.cutOff().leftOut()).isEqualTo(150);
    assertThat(report.cutOff().first()).hasSize(100);
    TokenReport.Place second = report.cutOff().first().get(1);
    assertThat(second.id()).isEqualTo("ex-2");
    assertThat(second.file()).isEqualTo("a.xlsx");
    assertThat(second.sheet()).isEqualTo("一");
    assertThat(second.row()).isEqualTo(4);
    assertThat(second.tokens().cutOff()).isEqualTo(second.tokens().total() - 100);
    assertThat(report.cutOff().tokens()).isEqualTo(150L * second.tokens().cutOff());
  }

  @Test
  void takesTheModelsOwnLimitWhereThatIsLess() throws Exception {
    assertThat(starter(131072).count(List.of()).report().cutoffLen()).isEqualTo(2048);
  }

  @Test
  void countsPlainTextWithTheTokenThatEndsItAndCutsNothingOff() throws Exception {
    Countable text =
        new Countable(
            "ex", "train", null, "one two three ".repeat(50), new Countable.Origin("a", null, 1));

    TokenCount count = starter(8).count(List.of(text)).counts().getFirst();

    assertThat(count.total()).isGreaterThan(50).isEqualTo(count.answer());
    assertThat(count.cutOff()).isNull();
  }

  @Test
  void countsContentsAloneAndSaysSoWhereTheTemplateCannotBeWritten() throws Exception {
    Counting.ByModel whole = starter(2048);
    Counting.ByModel unknown =
        new Counting.ByModel("m", LoadedModel.in(copy("{{ messages | xmlattr }}")), 2048);
    Counting.ByModel none = new Counting.ByModel("m", LoadedModel.in(copy("")), 2048);

    TokenReport report = unknown.count(Chats.countable(Chats.ALL)).report();

    assertThat(report.contentsOnly()).contains("uses the filter 'xmlattr'");
    assertThat(report.lengths().total())
        .isPositive()
        .isLessThan(whole.count(Chats.countable(Chats.ALL)).report().lengths().total());
    assertThat(none.count(Chats.countable(Chats.ALL)).report().lengths().total()).isPositive();
  }

  @Test
  void countsAllByTheirContentsWhenAChatComesToWhatCannotBeWritten() throws Exception {
    String template =
        "{% for m in messages %}{% if m.content == 'json' %}{{ m | tojson(indent=4) }}{% endif %}"
            + "{{ m.content }}<|im_end|>{% endfor %}";
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      lines.add(CHAT.formatted(i, i == 399 ? "json" : "text", i + 2));
    }
    Path file = Files.write(temp.resolve("examples.jsonl"), lines);

    TokenReport report =
        new Counting.ByModel("m", LoadedModel.in(copy(template)), 2048)
            .count(file, () -> count -> {});

    assertThat(report.contentsOnly()).contains("tojson has an argument");
    assertThat(report.lengths().examples()).isEqualTo(400);
    assertThat(Files.readAllLines(file))
        .hasSize(400)
        .allSatisfy(line -> assertThat(line).containsOnlyOnce("\"tokens\""));
  }

  @Test
  void listsWhatTheTemplateRefusesAsProblems() throws Exception {
    String template =
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
            + "{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}";

    TokenReport report =
        new Counting.ByModel("m", LoadedModel.in(copy(template)), 2048)
            .count(Chats.countable(Chats.ALL))
            .report();

    assertThat(report.problems().examples()).isEqualTo(2);
    assertThat(report.problems().first())
        .allSatisfy(place -> assertThat(place.tokens().problem()).contains("no system"));
    assertThat(report.lengths().examples()).isEqualTo(Chats.ALL.size() - 2);
  }

  @Test
  void countsWholeTextsWhereTheFileOfTheTokenizerCutsOrPadsThem() throws Exception {
    Path folder = copy("{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}");
    Counting.Counted whole =
        new Counting.ByModel("m", LoadedModel.in(folder), 2048).count(Chats.countable(Chats.ALL));
    Path file = folder.resolve("tokenizer.json");
    ObjectNode tokenizer = (ObjectNode) Json.MAPPER.readTree(file.toFile());
    tokenizer.set(
        "truncation",
        Json.MAPPER.readTree(
            "{\"direction\":\"Right\",\"max_length\":5,\"strategy\":\"LongestFirst\",\"stride\":0}"));
    tokenizer.set(
        "padding",
        Json.MAPPER.readTree(
            "{\"strategy\":{\"Fixed\":64},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"<|endoftext|>\"}"));
    Json.MAPPER.writeValue(file.toFile(), tokenizer);

    Counting.Counted counted =
        new Counting.ByModel("m", LoadedModel.in(folder), 2048).count(Chats.countable(Chats.ALL));

    assertThat(counted.counts()).isEqualTo(whole.counts());
  }

  @Test
  void givesOtherKeysForWhatGivesOtherCounts() throws Exception {
    String key = starter(2048).key();

    assertThat(starter(2048).key()).isEqualTo(key).matches("[0-9a-f]{16}");
    assertThat(starter(1024).key()).isNotEqualTo(key);
    assertThat(new Counting.ByModel("m", LoadedModel.in(copy("{{ 1 }}")), 2048).key())
        .isNotEqualTo(key);
  }

  private static Counting.ByModel starter(int cutoff) throws Exception {
    return new Counting.ByModel("starter", LoadedModel.in(Trainer.STARTER), cutoff);
  }

  private Path copy(String template) throws Exception {
    Path folder = Files.createTempDirectory(temp, "model");
    for (String name : List.of("tokenizer.json", "config.json", "generation_config.json")) {
      Files.copy(
          Trainer.STARTER.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    Map<String, String> config = Map.of("eos_token", "<|im_end|>");
    Json.MAPPER.writeValue(folder.resolve("tokenizer_config.json").toFile(), config);
    if (!template.isEmpty()) {
      Files.writeString(folder.resolve("chat_template.jinja"), template);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSizeGreaterThan(3);
    }
    return folder;
  }
}
