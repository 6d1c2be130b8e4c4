package io.tunemesh.local.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page for operators names is read by the service that it names. */
class OperationsTest {

  private static final Path PROJECT = Manifests.DEPLOY.getParent();
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(tunemesh\\.[a-z.-]+)` \\| .+? \\| (\\w+) \\|");

  @Test
  void everySettingIsOneOfItsService() throws IOException {
    List<MatchResult> rows =
        ROW.matcher(Files.readString(PROJECT.resolve("docs/operations.md"))).results().toList();
    assertThat(rows).hasSizeGreaterThan(5);
    for (MatchResult row : rows) {
      String variable = row.group(1).toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
      assertThat(ServiceSettings.of(PROJECT, row.group(2) + "-service").has(variable))
          .as("%s reads %s", row.group(2), row.group(1))
          .isTrue();
    }
  }
}
