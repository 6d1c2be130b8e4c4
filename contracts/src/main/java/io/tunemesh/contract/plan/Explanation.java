package io.tunemesh.contract.plan;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Says a finding of the JSON Schema validator in the terms of the person who wrote the
 * specification: the field's path, and what would be right.
 */
final class Explanation {

  private static final int LONGEST_VALUE_SHOWN = 40;

  private final String root;
  private final JsonNode schema;
  private final JsonNode tree;

  /**
   * @param root what to call the whole of {@code tree}
   * @param schema the JSON Schema that {@code tree} was held against
   */
  Explanation(String root, JsonNode schema, JsonNode tree) {
    this.root = root;
    this.schema = schema;
    this.tree = tree;
  }

  /** The mistake that {@code error} found. */
  Mistake of(Error error) {
    List<Object> path = elements(error.getInstanceLocation());
    JsonNode rule = ruleAt(path);
    JsonNode limit = rule.path(error.getKeyword());
    String name = error.getProperty();
    return switch (error.getKeyword()) {
      case "required" -> new Mistake(field(path, name), "is missing" + meaning(rule, name));
      case "additionalProperties" -> new Mistake(field(path, name), unknown(rule, path, name));
      case "type" -> found(path, "must be " + kinds(limit));
      case "const" -> found(path, "must be " + limit);
      case "enum" -> found(path, "must be one of " + list(limit));
      case "minimum" -> found(path, "must be at least " + limit.asText());
      case "exclusiveMinimum" -> found(path, "must be more than " + limit.asText());
      case "maximum" -> found(path, "must be at most " + limit.asText());
      case "exclusiveMaximum" -> found(path, "must be less than " + limit.asText());
      case "pattern" ->
          found(path, "must be " + rule.path("description").asText("of another form"));
      case "minLength" ->
          new Mistake(field(path), "must have at least " + count(limit, "character"));
      case "maxLength" ->
          new Mistake(field(path), "must have at most " + count(limit, "character"));
      case "maxItems" -> new Mistake(field(path), "must have at most " + count(limit, "entry"));
      case "minItems" -> new Mistake(field(path), "must have at least " + count(limit, "entry"));
      default -> new Mistake(field(path), error.getMessage());
    };
  }

  /** What users call the record {@code type}: {@code DatasetSpec} is their {@code dataset}. */
  static String noun(String type) {
    return type.replaceFirst("Spec$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  /** The field that Jackson names by {@code path}. */
  static String field(String root, List<JsonMappingException.Reference> path) {
    List<Object> elements = new ArrayList<>();
    path.forEach(r -> elements.add(r.getFieldName() == null ? r.getIndex() : r.getFieldName()));
    return elements.isEmpty() ? root : joined(elements);
  }

  private Mistake found(List<Object> path, String rule) {
    JsonNode value = tree;
    for (Object element : path) {
      value = element instanceof Integer i ? value.path(i) : value.path((String) element);
    }
    return new Mistake(field(path), rule + ", not " + shown(value));
  }

  private static String shown(JsonNode value) {
    if (value.isNull()) {
      return "null (leave it out instead)";
    }
    if (value.isContainerNode()) {
      return value.isArray() ? "a list" : "an object";
    }
    String text = value.toString();
    return text.length() <= LONGEST_VALUE_SHOWN
        ? text
        : text.substring(0, LONGEST_VALUE_SHOWN) + "…";
  }

  private String unknown(JsonNode rule, List<Object> path, String name) {
    List<String> known = new ArrayList<>();
    rule.path("properties").fieldNames().forEachRemaining(known::add);
    String owner = path.isEmpty() ? "the " + root : field(path);
    return Spelling.noField(name, owner, known);
  }

  private static String meaning(JsonNode rule, String name) {
    JsonNode description = rule.path("properties").path(name).path("description");
    return description.isTextual() ? ": give " + description.asText() : "";
  }

  private JsonNode ruleAt(List<Object> path) {
    JsonNode rule = schema;
    for (Object element : path) {
      JsonNode named = rule.path("properties").path(element.toString());
      rule =
          element instanceof Integer
              ? resolved(rule.path("items"))
              : resolved(named.isMissingNode() ? rule.path("additionalProperties") : named);
    }
    return rule;
  }

  private JsonNode resolved(JsonNode rule) {
    return rule.has("$ref") ? schema.at(rule.get("$ref").asText().substring(1)) : rule;
  }

  private static List<Object> elements(NodePath path) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < path.getNameCount(); i++) {
      elements.add(path.getElement(i));
    }
    return elements;
  }

  private String field(List<Object> path) {
    return path.isEmpty() ? root : joined(path);
  }

  private static String field(List<Object> path, String name) {
    return path.isEmpty() ? name : joined(path) + "." + name;
  }

  private static String joined(List<Object> path) {
    StringBuilder text = new StringBuilder();
    for (Object element : path) {
      if (element instanceof Integer) {
        text.append('[').append(element).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(element);
      }
    }
    return text.toString();
  }

  private static String list(JsonNode values) {
    List<String> texts = new ArrayList<>();
    values.forEach(v -> texts.add(v.asText()));
    return String.join(", ", texts);
  }

  private static String count(JsonNode limit, String noun) {
    String plural = noun.endsWith("y") ? noun.replaceFirst("y$", "ies") : noun + "s";
    return limit.asInt() == 1 ? "one " + noun : limit.asText() + " " + plural;
  }

  private static String kinds(JsonNode types) {
    if (!types.isArray()) {
      return kind(types.asText());
    }
    List<String> kinds = new ArrayList<>();
    types.forEach(type -> kinds.add(kind(type.asText())));
    return String.join(", ", kinds.subList(0, kinds.size() - 1)) + " or " + kinds.getLast();
  }

  private static String kind(String type) {
    return switch (type) {
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "string" -> "a text";
      case "boolean" -> "true or false";
      case "array" -> "a list";
      default -> "an object";
    };
  }
}
