package io.tunemesh.local.manifest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The part of Compose's format that is used; any other field is a mistake. */
public record Compose(String name, Map<String, Part> services, Map<String, Object> volumes) {

  static final Path FILE = Manifests.DEPLOY.resolve("compose.yaml");

  record Part(
      String image,
      Build build,
      String restart,
      String stopGracePeriod,
      String memLimit,
      Object dependsOn,
      Map<String, String> environment,
      List<String> volumes,
      List<String> ports,
      Object command,
      Health healthcheck) {

    /** What it is made into, where it is ours. */
    Dockerfile dockerfile() {
      Path file = Path.of(build.dockerfile()).getFileName();
      return Dockerfile.of(file.toString().replace(".Dockerfile", ""));
    }
  }

  record Build(String context, String dockerfile, Map<String, String> args) {}

  record Health(List<String> test, String interval, String timeout, int retries) {}

  /** The project's. */
  public static Compose ofProject() throws IOException {
    return read(Files.readString(FILE));
  }

  static Compose read(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Map<String, Object> loaded = new Yaml(new SafeConstructor(options)).load(text);
    loaded.keySet().removeIf(key -> key.startsWith("x-"));
    return new ObjectMapper()
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .convertValue(loaded, Compose.class);
  }

  /** The variables that a service has, of its image or of its own. */
  public Map<String, String> environment(String service) {
    Map<String, String> all = new HashMap<>(services.get(service).dockerfile().environment());
    all.putAll(services.get(service).environment());
    return all;
  }

  /** What a part is started with, after what its image says. */
  public List<String> command(String part) {
    return ((List<?>) services.get(part).command()).stream().map(String::valueOf).toList();
  }
}
