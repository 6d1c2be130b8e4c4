package io.tunemesh.contract.schema;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinition.AttributeInclusion;
import com.github.victools.jsonschema.generator.CustomDefinition.DefinitionType;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.upload.SourceRecord;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the JSON Schema of a record of the contract: names as {@link Json} writes them, closed for
 * specifications and open for events, described by the record's Javadoc.
 */
public final class Schemas {

  private static final String WORDS = "\\w+(\\|\\w+)*";

  private final Javadocs docs;
  private final Map<String, String> defaults;
  private final SchemaGenerator generator;

  Schemas() throws IOException {
    this.docs = new Javadocs(Path.of("src/main/java"));
    this.defaults = defaults();
    this.generator = new SchemaGenerator(configuration().build());
  }

  /** Every record that has a schema of its own. */
  static Stream<Class<?>> types() {
    return Stream.concat(
        Arrays.stream(EventType.values()).map(EventType::payload),
        Stream.of(
            Plan.class,
            DatasetSpec.class,
            TrainingSpec.class,
            ServeSpec.class,
            RulesSpec.class,
            SourceRecord.class));
  }

  /** The schema of {@code type} as the committed file holds it. */
  String of(Class<?> type) {
    ObjectNode made = generator.generateSchema(type);
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.set("$schema", made.remove("$schema"));
    schema.put("$id", EventType.schemaOf(type));
    schema.put("title", type.getSimpleName());
    move(made, "description", schema);
    JsonNode parts = made.remove("$defs");
    schema.setAll(made);
    if (parts != null) {
      schema.set("$defs", parts);
    }
    return schema.toPrettyString() + "\n";
  }

  private static void move(ObjectNode from, String name, ObjectNode to) {
    if (from.has(name)) {
      to.set(name, from.remove(name));
    }
  }

  private SchemaGeneratorConfigBuilder configuration() {
    var config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule())
            .with(
                new JakartaValidationModule(JakartaValidationOption.NOT_NULLABLE_FIELD_IS_REQUIRED))
            .with(Option.DEFINITIONS_FOR_ALL_OBJECTS, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
    config
        .forTypesInGeneral()
        .withPropertySorter((a, b) -> 0)
        .withCustomDefinitionProvider(Schemas::anyObject)
        .withDescriptionResolver(scope -> docs.of(scope.getType().getErasedType()))
        .withAdditionalPropertiesResolver(
            scope -> specification(scope.getType().getErasedType()) ? Void.class : null);
    config
        .forFields()
        .withPropertyNameOverrideResolver(field -> name(field.getDeclaredName()))
        .withRequiredCheck(Schemas::required)
        .withDefaultResolver(this::usual)
        .withDescriptionResolver(this::description)
        .withCustomDefinitionProvider(Schemas::scalars)
        .withEnumResolver(Schemas::words)
        .withStringPatternResolver(Schemas::pattern)
        .withNumberInclusiveMaximumResolver(Schemas::largest);
    return config;
  }

  private static boolean specification(Class<?> type) {
    return type.isRecord() && type.getPackage().equals(Plan.class.getPackage());
  }

  private static CustomDefinition anyObject(ResolvedType type, SchemaGenerationContext context) {
    return type.getErasedType() == ObjectNode.class
        ? new CustomDefinition(
            Json.MAPPER.createObjectNode().put("type", "object"),
            DefinitionType.INLINE,
            AttributeInclusion.YES)
        : null;
  }

  /** Texts for which a number or a truth value may stand: settings, and what a filter compares. */
  private static CustomPropertyDefinition scalars(
      FieldScope field, SchemaGenerationContext context) {
    boolean settings = field.getDeclaringType().getErasedType() == DatasetSpec.Source.class;
    boolean filter = field.getDeclaringType().getErasedType() == DatasetSpec.Filter.class;
    ObjectNode scalar = Json.MAPPER.createObjectNode();
    scalar.putArray("type").add("string").add("number").add("boolean");
    if (settings && field.getDeclaredName().equals("settings")) {
      ObjectNode map = Json.MAPPER.createObjectNode().put("type", "object");
      map.set("additionalProperties", scalar);
      return new CustomPropertyDefinition(map, AttributeInclusion.YES);
    }
    return filter && field.getDeclaredName().equals("value")
        ? new CustomPropertyDefinition(scalar, AttributeInclusion.YES)
        : null;
  }

  /** The name in JSON of a record's component. */
  public static String name(String component) {
    var strategy = (PropertyNamingStrategies.NamingBase) Json.MAPPER.getPropertyNamingStrategy();
    return strategy.translate(component);
  }

  private static boolean required(FieldScope field) {
    return field.getType().isPrimitive()
        || field.getAnnotation(NotNull.class) != null
        || field.getAnnotation(NotEmpty.class) != null;
  }

  private String description(FieldScope field) {
    return field.isFakeContainerItemScope()
        ? null
        : docs.of(field.getDeclaringType().getErasedType(), field.getDeclaredName());
  }

  /**
   * What the trainer takes where an option is left out, as its page says; null where that depends.
   */
  private Object usual(FieldScope field) {
    if (field.getDeclaringType().getErasedType() != TrainingSpec.class) {
      return null;
    }
    String value = defaults.get(name(field.getDeclaredName()));
    return value == null || field.getType().getErasedType() == String.class
        ? value
        : Json.MAPPER.convertValue(value, field.getType().getErasedType());
  }

  /** The defaults in the table of options of docs/training.md, which the runtime's tests hold. */
  private static Map<String, String> defaults() throws IOException {
    String page = Files.readString(Path.of("../docs/training.md"));
    Map<String, String> defaults = new HashMap<>();
    for (String row : page.split("<!-- /?options -->")[1].split("\n")) {
      String[] cells = row.split("\\s*\\|\\s*");
      if (cells.length > 3 && cells[3].matches("`[^`]+`")) {
        defaults.put(cells[1].replace("`", ""), cells[3].replace("`", ""));
      }
    }
    return defaults;
  }

  private static List<?> words(FieldScope field) {
    Pattern pattern = field.getAnnotation(Pattern.class);
    return pattern != null && pattern.regexp().matches(WORDS)
        ? List.of(pattern.regexp().split("\\|"))
        : null;
  }

  private static String pattern(FieldScope field) {
    Pattern pattern = field.getAnnotation(Pattern.class);
    return pattern == null || pattern.regexp().matches(WORDS)
        ? null
        : "^(?:" + pattern.regexp() + ")$";
  }

  /** An int of the code that states no limit still has one. */
  private static BigDecimal largest(FieldScope field) {
    Class<?> type = field.getType().getErasedType();
    boolean limited = field.getAnnotation(Max.class) != null;
    return !limited && (type == Integer.class || type == int.class)
        ? BigDecimal.valueOf(Integer.MAX_VALUE)
        : null;
  }
}
