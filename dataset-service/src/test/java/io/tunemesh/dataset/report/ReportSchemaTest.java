package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema in docs/ is that of the code, and reports keep it. */
class ReportSchemaTest {

  private static final Path COMMITTED = Path.of("../docs/reports.schema.json");

  @TempDir Path folder;

  @Test
  void committedSchemaIsTheCodes() throws IOException {
    if (Boolean.getBoolean("reports.write")) {
      Files.writeString(COMMITTED, schema());
    }
    assertThat(COMMITTED).as("run the test once with -Dreports.write=true").hasContent(schema());
  }

  @Test
  void reportsKeepTheSchema() throws IOException {
    ReportLines lines = new ReportLines().template("Say it.");
    for (int i = 0; i < 40; i++) {
      lines.labelled(i % 4 == 0 ? "test" : "train", "film " + i % 30, i % 3 == 0 ? "good" : "bad");
    }
    lines.refused("duplicate", "it repeats row 2").refused("empty_cell", "fill it in");
    Report unread =
        Reports.unread(
            null,
            new Report.Rejection("source_missing", "it did not come", Where.file("a.xlsx")),
            List.of(new Report.SourceRows("a.xlsx", null, null, null, null, null)));

    assertThat(mistakes(lines.report(folder))).isEmpty();
    assertThat(mistakes(new ReportLines().refused("empty_cell", "fill it in").report(folder)))
        .isEmpty();
    assertThat(mistakes(unread)).isEmpty();
    assertThat(mistakes("{\"object\": \"dataset.report\", \"look_at\": 1}")).isNotEmpty();
  }

  private static List<String> mistakes(Report report) throws IOException {
    return mistakes(new String(Reports.bytes(report), StandardCharsets.UTF_8));
  }

  private static List<String> mistakes(String json) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema())
        .validate(json, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static String schema() {
    var config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
            .with(Option.DEFINITIONS_FOR_ALL_OBJECTS, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
    config.forTypesInGeneral().withPropertySorter((a, b) -> 0);
    config
        .forFields()
        .withPropertyNameOverrideResolver(ReportSchemaTest::name)
        .withRequiredCheck(
            field -> field.getType().isPrimitive() || field.getAnnotation(NotNull.class) != null);
    ObjectNode made = new SchemaGenerator(config.build()).generateSchema(Report.class);
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.set("$schema", made.remove("$schema"));
    schema.put("title", "Report of a dataset");
    schema.setAll(made);
    return schema.toPrettyString() + "\n";
  }

  private static String name(FieldScope field) {
    JsonProperty named = field.getAnnotation(JsonProperty.class);
    var strategy = (PropertyNamingStrategies.NamingBase) Json.MAPPER.getPropertyNamingStrategy();
    return named == null ? strategy.translate(field.getDeclaredName()) : named.value();
  }
}
