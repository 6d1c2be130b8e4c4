package io.tunemesh.platform.testing;

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
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The JSON schema of a record, as {@link Json} writes it. */
public final class RecordSchema {

  private final String schema;

  public RecordSchema(Class<?> record, String title) {
    var config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
            .with(Option.DEFINITIONS_FOR_ALL_OBJECTS, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
    config.forTypesInGeneral().withPropertySorter((a, b) -> 0);
    config
        .forFields()
        .withPropertyNameOverrideResolver(RecordSchema::name)
        .withRequiredCheck(
            field -> field.getType().isPrimitive() || field.getAnnotation(NotNull.class) != null);
    ObjectNode made = new SchemaGenerator(config.build()).generateSchema(record);
    ObjectNode whole = Json.MAPPER.createObjectNode();
    whole.set("$schema", made.remove("$schema"));
    whole.put("title", title);
    whole.setAll(made);
    this.schema = whole.toPrettyString() + "\n";
  }

  /** Holds the schema to a file, which is written anew with {@code -Dreports.write=true}. */
  public void isCommittedAt(Path file) throws IOException {
    if (Boolean.getBoolean("reports.write")) {
      Files.writeString(file, schema);
    }
    assertThat(file).as("run the test once with -Dreports.write=true").hasContent(schema);
  }

  /** What in {@code json} breaks the schema. */
  public List<String> mistakes(String json) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema)
        .validate(json, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static String name(FieldScope field) {
    JsonProperty named = field.getAnnotation(JsonProperty.class);
    var strategy = (PropertyNamingStrategies.NamingBase) Json.MAPPER.getPropertyNamingStrategy();
    return named == null ? strategy.translate(field.getDeclaredName()) : named.value();
  }
}
