package io.tunemesh.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BaseModelsTest {

  /** The models as a service finds them whose environment is {@code environment}. */
  private static BaseModels under(Map<String, String> environment) {
    BaseModels.Settings settings =
        new SmallRyeConfigBuilder()
            .withMapping(BaseModels.Settings.class)
            .withSources(
                new PropertiesConfigSource(
                    Map.of("tunemesh.trainer.models.tunemesh-starter", "/own"), "own", 100),
                new EnvConfigSource(environment, 300))
            .build()
            .getConfigMapping(BaseModels.Settings.class);
    return new BaseModels(settings);
  }

  @Test
  void hasItsOwnModelByDefault() throws UnknownModel {
    BaseModels models = under(Map.of());
    assertThat(models.id(null)).isEqualTo("tunemesh-starter");
    assertThat(models.folder("tunemesh-starter")).isEqualTo(Path.of("/own"));
  }

  @Test
  void theEnvironmentAddsModelsOfAnyName() throws UnknownModel {
    BaseModels models =
        under(
            Map.of(
                "TUNEMESH_TRAINER_BASE_MODELS",
                "Qwen/Qwen3-0.6B=/models/qwen,tunemesh-starter=/other",
                "TUNEMESH_TRAINER_DEFAULT_MODEL",
                "Qwen/Qwen3-0.6B"));
    assertThat(models.id(null)).isEqualTo("Qwen/Qwen3-0.6B");
    assertThat(models.folder("Qwen/Qwen3-0.6B")).isEqualTo(Path.of("/models/qwen"));
    assertThat(models.folder("tunemesh-starter")).isEqualTo(Path.of("/other"));
  }

  @Test
  void theEnvironmentMovesTheModelThatIsThere() throws UnknownModel {
    BaseModels models = under(Map.of("TUNEMESH_TRAINER_MODELS_TUNEMESH_STARTER", "/moved"));
    assertThat(models.folder("tunemesh-starter")).isEqualTo(Path.of("/moved"));
  }

  @Test
  void hasNoModelThatNobodyNamed() throws Exception {
    Properties own = new Properties();
    try (Reader in =
        Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
      own.load(in);
    }
    assertThat(own.stringPropertyNames())
        .noneMatch(name -> name.startsWith("tunemesh.trainer.models."));
  }

  @Test
  void refusesADefaultThatIsNotThere() {
    assertThatThrownBy(
            () ->
                under(
                    Map.of(
                        "TUNEMESH_TRAINER_BASE_MODELS", "qwen=/q",
                        "TUNEMESH_TRAINER_DEFAULT_MODEL", "quen")))
        .hasMessageContaining("'quen'")
        .hasMessageContaining("(qwen, tunemesh-starter)")
        .hasMessageContaining("TUNEMESH_TRAINER_DEFAULT_MODEL");
  }

  @Test
  void refusesOthersAndNamesThoseThereAre() {
    BaseModels models = under(Map.of("TUNEMESH_TRAINER_BASE_MODELS", "other=/o"));
    assertThatThrownBy(() -> models.id("gpt-99"))
        .isInstanceOf(UnknownModel.class)
        .hasMessage(
            "There is no base model 'gpt-99' here. Choose one of: other, tunemesh-starter.");
    assertThatThrownBy(() -> under(Map.of("TUNEMESH_TRAINER_BASE_MODELS", "/no/name")))
        .hasMessageContaining("id=folder");
  }
}
