package io.tunemesh.local.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The mesh for Docker: its parts name settings, paths, ports and options that are there. */
class ComposeTest {

  private static final Path PROJECT = Manifests.DEPLOY.getParent();
  private static final Path FILE = Manifests.DEPLOY.resolve("compose.yaml");
  private static final Pattern PATH = Pattern.compile("(?:^|=)(/[\\w./-]+)");
  private static final Pattern ROUTE =
      Pattern.compile("location (\\S+) \\{ proxy_pass http://([\\w-]+):(\\d+); }");

  /** What Quarkus and the JVM read themselves. */
  private static final Set<String> FRAMEWORKS =
      Set.of(
          "JDK_JAVA_OPTIONS",
          "KAFKA_BOOTSTRAP_SERVERS",
          "QUARKUS_DATASOURCE_JDBC_URL",
          "QUARKUS_DATASOURCE_USERNAME",
          "QUARKUS_DATASOURCE_PASSWORD",
          "QUARKUS_HTTP_HOST",
          "QUARKUS_HTTP_PORT");

  /** The part of Compose's format that is used; any other field is a mistake. */
  record Compose(String name, Map<String, Part> services, Map<String, Object> volumes) {}

  record Part(
      String image,
      Build build,
      String restart,
      String stopGracePeriod,
      Object dependsOn,
      Map<String, String> environment,
      List<String> volumes,
      List<String> ports,
      Object command,
      Health healthcheck) {}

  record Build(String context, String dockerfile, Map<String, String> args) {}

  record Health(List<String> test, String interval, String timeout, int retries) {}

  private static Compose read(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Map<String, Object> loaded = new Yaml(new SafeConstructor(options)).load(text);
    loaded.keySet().removeIf(key -> key.startsWith("x-"));
    return new ObjectMapper()
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .convertValue(loaded, Compose.class);
  }

  private static Compose compose() throws IOException {
    return read(Files.readString(FILE));
  }

  @Test
  void aFieldThatIsNotKnownIsFound() throws IOException {
    String text = Files.readString(FILE);

    assertThatThrownBy(() -> read(text.replace("healthcheck:", "healthchecks:")))
        .hasMessageContaining("healthchecks");
  }

  @Test
  void everyPartFindsWhatItNames() throws IOException {
    Compose compose = compose();
    compose
        .services()
        .forEach(
            (name, part) -> {
              assertThat(names(part.dependsOn())).as(name).isSubsetOf(compose.services().keySet());
              for (String mount : part.volumes() == null ? List.<String>of() : part.volumes()) {
                String source = mount.split(":")[0];
                if (source.startsWith(".")) {
                  assertThat(Manifests.DEPLOY.resolve(source)).exists();
                } else {
                  assertThat(compose.volumes()).as(name).containsKey(source);
                }
              }
              if (part.build() != null) {
                Path context = Manifests.DEPLOY.resolve(part.build().context());
                assertThat(context.resolve(part.build().dockerfile())).exists();
              }
            });
  }

  @Test
  void everyServiceHasTimeToEndItsRequests() throws IOException {
    Properties platform = new Properties();
    Path settings =
        PROJECT.resolve("platform/src/main/resources/META-INF/microprofile-config.properties");
    try (var in = Files.newInputStream(settings)) {
      platform.load(in);
    }
    long waits = Long.parseLong(platform.getProperty("quarkus.shutdown.timeout"));
    for (var entry : compose().services().entrySet()) {
      if (Files.exists(PROJECT.resolve(entry.getKey()).resolve("src/main/java"))) {
        String given = entry.getValue().stopGracePeriod();
        assertThat(given).as(entry.getKey()).endsWith("s");
        assertThat(Long.parseLong(given.replace("s", ""))).isGreaterThan(waits + 10);
      }
    }
  }

  @Test
  void everyVariableSetsSomethingAndItsPathsAreThere() throws IOException {
    for (var entry : compose().services().entrySet()) {
      Part part = entry.getValue();
      if (!Files.exists(PROJECT.resolve(entry.getKey()).resolve("src/main/java"))) {
        continue;
      }
      ServiceSettings settings = ServiceSettings.of(PROJECT, entry.getKey());
      Dockerfile image = image(part);
      List<Path> there = new ArrayList<>(image.folders());
      part.volumes().forEach(mount -> there.add(Path.of(mount.split(":")[1])));
      assertSet(entry.getKey(), settings, image.environment(), there);
      assertSet(entry.getKey(), settings, part.environment(), there);
    }
  }

  private static void assertSet(
      String service, ServiceSettings settings, Map<String, String> set, List<Path> there) {
    set.forEach(
        (name, value) -> {
          assertThat(FRAMEWORKS.contains(name) || settings.has(name))
              .as("%s reads %s", service, name)
              .isTrue();
          for (MatchResult path : PATH.matcher(value).results().toList()) {
            assertThat(there)
                .as("%s has a place for %s=%s", service, name, value)
                .anyMatch(folder -> Path.of(path.group(1)).startsWith(folder));
          }
        });
  }

  @Test
  void theEnginesOptionsAreKnown() throws IOException {
    String options =
        Files.readString(PROJECT.resolve("inference-service/engine/engine/__main__.py"));
    List<String> given = new ArrayList<>(Dockerfile.of("engine").entry());
    given.addAll(names(compose().services().get("engine").command()));

    assertThat(given).contains("--model", "--port");
    given.stream()
        .filter(word -> word.startsWith("--"))
        .forEach(option -> assertThat(options).contains("add(\"" + option + "\""));
  }

  @Test
  void addressesNameAPartAndItsPort() throws IOException {
    Compose compose = compose();
    String edge = Files.readString(Manifests.DEPLOY.resolve("images/edge.conf"));
    List<MatchResult> routes = ROUTE.matcher(edge).results().toList();
    assertThat(routes).hasSize(5);
    for (MatchResult route : routes) {
      Part part = compose.services().get(route.group(2));
      assertThat(part).as(route.group()).isNotNull();
      Dockerfile image = image(part);
      assertThat(image.ports()).contains(route.group(3));
      assertThat(image.environment("QUARKUS_HTTP_PORT")).isEqualTo(route.group(3));
    }
    assertThat(edge).contains("listen 8700;");
    assertThat(compose.services().get("edge").ports()).containsExactly("127.0.0.1:8700:8700");
    assertThat(compose.services().get("inference-service").environment())
        .containsEntry(
            "TUNEMESH_ENGINE_URL",
            "http://engine:" + Dockerfile.of("engine").ports().iterator().next());
  }

  private static Dockerfile image(Part part) {
    Path file = Path.of(part.build().dockerfile()).getFileName();
    return Dockerfile.of(file.toString().replace(".Dockerfile", ""));
  }

  private static List<String> names(Object listOrMap) {
    return switch (listOrMap) {
      case List<?> list -> list.stream().map(String::valueOf).toList();
      case Map<?, ?> map -> map.keySet().stream().map(String::valueOf).toList();
      case null, default -> List.of();
    };
  }
}
