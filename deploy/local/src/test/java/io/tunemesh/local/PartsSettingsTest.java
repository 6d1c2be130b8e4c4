package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.local.manifest.ServiceSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the local stack gives the services is what they read. */
class PartsSettingsTest {

  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  @TempDir Path folder;

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
