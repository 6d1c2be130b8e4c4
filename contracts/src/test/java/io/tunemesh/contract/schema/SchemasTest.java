package io.tunemesh.contract.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Committed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemasTest {

  private static final Path FOLDER = Path.of("src/main/resources/schemas");
  private static Schemas schemas;

  @BeforeAll
  static void readTheSources() throws IOException {
    schemas = new Schemas();
  }

  @ParameterizedTest
  @MethodSource("io.tunemesh.contract.schema.Schemas#types")
  void committedSchemaIsTheCodes(Class<?> type) throws IOException {
    Committed.holds(FOLDER.resolve(type.getSimpleName() + ".json"), schemas.of(type));
  }

  @Test
  void everySchemaHasItsRecord() throws IOException {
    try (var files = Files.list(FOLDER)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Schemas.types().map(t -> t.getSimpleName() + ".json").toList());
    }
  }
}
