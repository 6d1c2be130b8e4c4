package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.local.manifest.Compose;
import io.tunemesh.local.manifest.ServiceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the local stack gives the services is what they read. */
class PartsSettingsTest {

  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  /** What a service has here and needs not, or not from us, under Docker. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "TUNEMESH_TRAINER_WARM", "a start by Docker keeps no memory for jobs that may not come",
          "TUNEMESH_UPLOAD_SPOOL", "its default is a folder of the container's own");

  @TempDir Path folder;

  @Test
  void underDockerAServiceHasTheSameVariables() throws Exception {
    Home home = new Home(PROJECT, folder);
    Parts parts = new Parts(home, BaseModel.named(home, BaseModel.STARTER));
    Compose compose = Compose.ofProject();
    for (String service : Parts.SERVICES) {
      assertThat(parts.environment(service).keySet())
          .filteredOn(name -> !LEFT_OUT.containsKey(name))
          .as(service)
          .isSubsetOf(compose.environment(service).keySet());
    }
  }

  @Test
  void underDockerTheEngineRunsAsManyAdaptersAtOnce() throws Exception {
    Home home = new Home(PROJECT, folder);
    List<String> here = BaseModel.named(home, BaseModel.STARTER).engine(home, 8000, folder);

    int at = here.indexOf("--max-loras");
    assertThat(Compose.ofProject().command("engine")).containsSubsequence(here.subList(at, at + 2));
  }

  @Test
  void anEngineOfTheUsersTakesThePlaceOfOurs() {
    Home home = new Home(PROJECT, folder);
    BaseModel model = BaseModel.named(home, BaseModel.STARTER);
    Parts ours = new Parts(home, model, "");
    Parts theirs = new Parts(home, model, "http://vllm:8000");

    assertThat(ours.services()).extracting(Part::name).contains("engine");
    assertThat(theirs.services()).extracting(Part::name).isEqualTo(Parts.SERVICES);
    assertThat(theirs.environment("inference-service"))
        .containsEntry("TUNEMESH_ENGINE_URL", "http://vllm:8000");
  }

  @Test
  void everyVariableOfOursSetsSomething() throws Exception {
    Home home = new Home(PROJECT, folder);
    Parts parts = new Parts(home, BaseModel.named(home, BaseModel.STARTER));
    for (String service : Parts.SERVICES) {
      ServiceSettings settings = ServiceSettings.of(PROJECT, service);
      assertThat(parts.environment(service).keySet())
          .filteredOn(name -> name.startsWith("TUNEMESH_"))
          .as(service)
          .isNotEmpty()
          .allMatch(settings::has);
      assertThat(settings.has("TUNEMESH_NO_SUCH_SETTING")).isFalse();
    }
  }
}
