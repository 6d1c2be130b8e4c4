package io.tunemesh.dataset.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.TrainingSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCountersTest {

  private static final String STARTER = "starter=" + Trainer.STARTER;

  @TempDir Path temp;

  @Test
  void countsWithTheModelThatIsTrainedThenThatOfTheDatasetThenTheDefault() throws Exception {
    TokenCounters counters = counters("default", STARTER, "named=/none", "default=/none");

    assertThat(model(counters.of(plan("named", "starter", 512)))).isEqualTo("starter 512");
    assertThat(model(counters.of(plan("starter", null, null)))).isEqualTo("starter 2048");
    assertThat(absent(counters.of(plan(null, null, null)))).contains("'default'");
  }

  @Test
  void saysWhyThereAreNoCounts() throws Exception {
    Path broken = Files.createDirectory(temp.resolve("broken"));
    Files.writeString(broken.resolve("tokenizer.json"), "{\"model\": 7}");
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.copy(Trainer.STARTER.resolve("tokenizer.json"), other.resolve("tokenizer.json"));
    Json.MAPPER.writeValue(
        other.resolve("tokenizer_config.json").toFile(), Map.of("eos_token", "<|nowhere|>"));
    TokenCounters counters =
        counters(null, STARTER, "gone=/none", "broken=" + broken, "other=" + other);

    assertThat(absent(counters.of(plan(null, null, null)))).contains("no base model is named");
    assertThat(absent(counters.of(plan("who", null, null))))
        .contains("'who' is not among", "broken, gone, other, starter");
    assertThat(absent(counters.of(plan("gone", null, null)))).contains("no tokenizer.json");
    assertThat(absent(counters.of(plan("broken", null, null)))).contains("'broken' cannot be read");
    assertThat(absent(counters.of(plan("other", null, null)))).contains("<|nowhere|>");
  }

  @Test
  void givesNoCountAndTheReasonForEachExample() throws Exception {
    Counting counting = counters(null).of(plan(null, null, null));
    Path file = Files.writeString(temp.resolve("examples.jsonl"), "{\"id\":\"ex\"}\n");

    assertThat(counting.count(Chats.countable(Chats.ALL)).counts())
        .hasSameSizeAs(Chats.ALL)
        .containsOnlyNulls();
    assertThat(counting.count(file, () -> count -> {}).absent()).contains("no base model is named");
    assertThat(file).hasContent("{\"id\":\"ex\"}");
  }

  @Test
  void readsAModelAgainWhenItsFilesAreOthers() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("model"));
    TokenCounters counters = counters(null, "m=" + folder);
    assertThat(absent(counters.of(plan("m", null, null)))).contains("no tokenizer.json");

    Files.copy(Trainer.STARTER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Counting before = counters.of(plan("m", null, null));
    assertThat(counters.of(plan("m", null, null))).isEqualTo(before);
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");

    assertThat(counters.of(plan("m", null, null)).key()).isNotEqualTo(before.key());
  }

  @Test
  void refusesASettingThatIsNoModel() {
    assertThatThrownBy(() -> counters(null, "/only/a/folder"))
        .hasMessageContaining("write id=folder");
  }

  private static String model(Counting counting) {
    Counting.ByModel by = (Counting.ByModel) counting;
    return by.id() + " " + by.cutoff();
  }

  private static String absent(Counting counting) {
    return ((Counting.Absent) counting).reason();
  }

  private static Plan plan(String counted, String trained, Integer cutoff) throws Exception {
    TrainingSpec training =
        Json.MAPPER.readValue(
            Json.MAPPER.writeValueAsString(
                cutoff == null ? Map.of() : Map.of("model", trained, "cutoff_len", cutoff)),
            TrainingSpec.class);
    return new Plan(
        new DatasetSpec(null, List.of(), null, null, counted),
        trained == null ? null : training,
        null);
  }

  private static TokenCounters counters(String standard, String... models) {
    return new TokenCounters(
        new TokenCounters.Settings() {
          @Override
          public Optional<List<String>> baseModels() {
            return models.length == 0 ? Optional.empty() : Optional.of(List.of(models));
          }

          @Override
          public Optional<String> defaultModel() {
            return Optional.ofNullable(standard);
          }
        });
  }
}
