package io.tunemesh.dataset.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.recipe.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the counts equal to what the trainer's own code computes for the same messages. */
class TrainerCountsTest {

  private static final int CUTOFF = 100;

  private static final List<Turn> LONG_TURNS =
      List.of(
          Turn.user("one ".repeat(90)),
          Turn.assistant("two ".repeat(90)),
          Turn.user("three"),
          Turn.assistant("four"));

  private static final List<List<Turn>> CHATS =
      Stream.of(Chats.ALL, Chats.WITH_TOOLS, List.of(LONG_TURNS)).flatMap(List::stream).toList();

  @TempDir Path temp;

  @Test
  void countsAsTheTrainerDoesWithEveryKindOfModel() throws Exception {
    Path own = copy("class");
    ObjectNode config =
        (ObjectNode) Json.MAPPER.readTree(own.resolve("tokenizer_config.json").toFile());
    config.put("tokenizer_class", "Qwen2Tokenizer");
    Json.MAPPER.writeValue(own.resolve("tokenizer_config.json").toFile(), config);
    Path refuses = copy("refuses");
    template(refuses, "gemma");
    Path rewrites = copy("rewrites");
    template(rewrites, "qwen3");
    Path numbers = copy("numbers");
    Files.writeString(
        numbers.resolve("chat_template.jinja"),
        "{{ messages|length }}" + Files.readString(numbers.resolve("chat_template.jinja")));
    Path endless = copy("endless");
    Files.writeString(
        endless.resolve("chat_template.jinja"),
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant: {% endif %}");
    Path tools = copy("tools");
    template(tools, "tools");
    Path oneCall = copy("one-call");
    String template = Files.readString(tools.resolve("chat_template.jinja"));
    Files.writeString(
        oneCall.resolve("chat_template.jinja"),
        "{%- for m in messages %}{%- if m.tool_calls and m.tool_calls[1] %}"
            + "{{- raise_exception('one call at a time') }}{%- endif %}{%- endfor %}\n"
            + template);
    Path dated = copy("dated");
    Files.writeString(
        dated.resolve("chat_template.jinja"),
        "{{ strftime_now('%d %B %Y') }}" + Files.readString(dated.resolve("chat_template.jinja")));
    List<Path> folders =
        List.of(Trainer.STARTER, own, refuses, rewrites, endless, tools, oneCall, numbers, dated);

    List<List<Map<String, Object>>> trained =
        Trainer.asks(
            temp,
            Map.of(
                "do",
                "count",
                "folders",
                folders.stream().map(Path::toString).toList(),
                "cutoff",
                CUTOFF,
                "chats",
                CHATS),
            new TypeReference<List<List<Map<String, Object>>>>() {});

    assertThat(counts(folders.get(0), trained.get(0))).noneMatch(TrainerCountsTest::isRefused);
    assertThat(counts(folders.get(1), trained.get(1))).noneMatch(TrainerCountsTest::isRefused);
    assertThat(counts(folders.get(2), trained.get(2)))
        .anyMatch(count -> isRefused(count) && count.problem().contains("System role"));
    assertThat(counts(folders.get(3), trained.get(3)))
        .noneMatch(TrainerCountsTest::isRefused)
        .anyMatch(count -> count.cutOff() != null && count.total() - count.cutOff() > CUTOFF);
    assertThat(counts(folders.get(7), trained.get(7)))
        .allMatch(
            count -> isRefused(count) && count.problem().contains("once the answer is there"));
    assertThat(counts(folders.get(4), trained.get(4))).noneMatch(TrainerCountsTest::isRefused);
    assertThat(counts(folders.get(8), trained.get(8))).noneMatch(TrainerCountsTest::isRefused);
    List<TokenCount> asText = counts(folders.get(0), trained.get(0));
    List<TokenCount> asData = counts(folders.get(5), trained.get(5));
    List<TokenCount> oneByOne = counts(folders.get(6), trained.get(6));
    int first = Chats.ALL.size();
    assertThat(asData.get(first)).isNotEqualTo(asText.get(first));
    assertThat(asData).noneMatch(TrainerCountsTest::isRefused);
    assertThat(oneByOne.get(first))
        .as("two calls at once stay text")
        .isNotEqualTo(asData.get(first));
    assertThat(oneByOne.get(first + 1)).isEqualTo(asData.get(first + 1));
  }

  private static boolean isRefused(TokenCount count) {
    return count.problem() != null;
  }

  /** Our counts, each found equal to the trainer's. */
  private static List<TokenCount> counts(Path folder, List<Map<String, Object>> trained)
      throws IOException {
    Counting.Counted counted =
        new Counting.ByModel("m", LoadedModel.in(folder), CUTOFF).count(Chats.countable(CHATS));
    assertThat(counted.report().contentsOnly()).isNull();
    assertThat(counted.report().note()).isNull();
    for (int i = 0; i < trained.size(); i++) {
      TokenCount count = counted.counts().get(i);
      if (trained.get(i) == null) {
        assertThat(count.problem()).as("chat %d with %s", i, folder).isNotNull();
        continue;
      }
      int total = (Integer) trained.get(i).get("total");
      int answer = (Integer) trained.get(i).get("answer");
      Integer cutOff = (Integer) trained.get(i).get("cut_off");
      Boolean leftOut = (Boolean) trained.get(i).get("left_out");
      assertThat(count)
          .as("chat %d with %s", i, folder)
          .isEqualTo(new TokenCount(total, total - answer, answer, cutOff, leftOut, null));
    }
    return counted.counts();
  }

  private Path copy(String name) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    try (Stream<Path> files = Files.list(Trainer.STARTER)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  private static void template(Path folder, String name) throws IOException {
    Files.copy(
        Path.of("src/test/resources/chat-templates", name + ".jinja"),
        folder.resolve("chat_template.jinja"),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
