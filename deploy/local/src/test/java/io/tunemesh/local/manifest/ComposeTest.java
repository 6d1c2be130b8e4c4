package io.tunemesh.local.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The mesh for Docker: its parts name settings, paths, ports and options that are there. */
class ComposeTest {

  private static final Path PROJECT = Manifests.DEPLOY.getParent();
  private static final Pattern PATH = Pattern.compile("(?:^|=)(/[\\w./-]+)");
  private static final Pattern ROUTE =
      Pattern.compile("location (\\S+) \\{ proxy_pass http://([\\w-]+); }");
  private static final Pattern UPSTREAM =
      Pattern.compile("upstream ([\\w-]+) \\{ zone \\1 \\d+k; server ([\\w-]+):(\\d+) resolve; }");

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

  @Test
  void aFieldThatIsNotKnownIsFound() throws IOException {
    String text = Files.readString(Compose.FILE);

    assertThatThrownBy(() -> Compose.read(text.replace("healthcheck:", "healthchecks:")))
        .hasMessageContaining("healthchecks");
  }

  @Test
  void everyPartFindsWhatItNames() throws IOException {
    Compose compose = Compose.ofProject();
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
    for (var entry : Compose.ofProject().services().entrySet()) {
      if (Files.exists(PROJECT.resolve(entry.getKey()).resolve("src/main/java"))) {
        String given = entry.getValue().stopGracePeriod();
        assertThat(given).as(entry.getKey()).endsWith("s");
        assertThat(Long.parseLong(given.replace("s", ""))).isGreaterThan(waits + 10);
      }
    }
  }

  @Test
  void whereTheHeapIsAShareOfTheMemoryThereIsALimit() throws IOException {
    for (var entry : Compose.ofProject().services().entrySet()) {
      Compose.Part part = entry.getValue();
      if (part.build() != null
          && part.dockerfile().entry().stream().anyMatch(word -> word.contains("RAMPercentage"))) {
        assertThat(part.memLimit()).as(entry.getKey()).matches("\\d+[mg]");
      }
    }
  }

  @Test
  void everyVariableSetsSomethingAndItsPathsAreThere() throws IOException {
    for (var entry : Compose.ofProject().services().entrySet()) {
      Compose.Part part = entry.getValue();
      if (!Files.exists(PROJECT.resolve(entry.getKey()).resolve("src/main/java"))) {
        continue;
      }
      ServiceSettings settings = ServiceSettings.of(PROJECT, entry.getKey());
      Dockerfile image = part.dockerfile();
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
    given.addAll(Compose.ofProject().command("engine"));

    assertThat(given).contains("--model", "--port");
    given.stream()
        .filter(word -> word.startsWith("--"))
        .forEach(option -> assertThat(options).contains("add(\"" + option + "\""));
  }

  @Test
  void addressesNameAPartAndItsPort() throws IOException {
    Compose compose = Compose.ofProject();
    String edge = Files.readString(Manifests.DEPLOY.resolve("images/edge.conf"));
    Set<String> upstreams = new HashSet<>();
    for (MatchResult upstream : UPSTREAM.matcher(edge).results().toList()) {
      Compose.Part part = compose.services().get(upstream.group(2));
      assertThat(part).as(upstream.group()).isNotNull();
      Dockerfile image = part.dockerfile();
      assertThat(image.ports()).contains(upstream.group(3));
      assertThat(image.environment("QUARKUS_HTTP_PORT")).isEqualTo(upstream.group(3));
      upstreams.add(upstream.group(1));
    }
    List<MatchResult> routes = ROUTE.matcher(edge).results().toList();
    assertThat(routes).hasSize(5);
    assertThat(routes).allMatch(route -> upstreams.contains(route.group(2)));
    assertThat(edge).doesNotContainPattern("proxy_pass [^;]*:\\d").contains("resolver ");
    assertThat(edge).contains("listen 8700;");
    assertThat(compose.services().get("edge").ports()).containsExactly("127.0.0.1:8700:8700");
    assertThat(compose.services().get("inference-service").environment())
        .containsEntry(
            "TUNEMESH_ENGINE_URL",
            "http://engine:" + Dockerfile.of("engine").ports().iterator().next());
  }

  @Test
  void theEdgeSaysWhenToComeAgainToAServiceThatIsAway() throws IOException {
    String edge = Files.readString(Manifests.DEPLOY.resolve("images/edge.conf"));
    assertThat(edge).contains("error_page 502 504 =503 @away;").contains("location @away {");
    assertThat(edge).contains("add_header Retry-After 5 always;");
    MatchResult answer =
        Pattern.compile("return 503 '(.+)';").matcher(edge).results().findFirst().orElseThrow();
    assertThat(new ObjectMapper().readTree(answer.group(1)).path("error").path("code").asText())
        .isEqualTo("service_away");
  }

  private static List<String> names(Object listOrMap) {
    return switch (listOrMap) {
      case List<?> list -> list.stream().map(String::valueOf).toList();
      case Map<?, ?> map -> map.keySet().stream().map(String::valueOf).toList();
      case null, default -> List.of();
    };
  }
}
