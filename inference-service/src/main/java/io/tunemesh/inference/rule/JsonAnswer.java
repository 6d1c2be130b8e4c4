package io.tunemesh.inference.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.text.Expressions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes an answer the JSON in it. */
final class JsonAnswer {

  private static final ObjectReader WHOLE =
      Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MOST_FAULTS = 5;

  /** Each start may be read to the answer's end. */
  private static final int MOST_STARTS = 100;

  /** An escape of JSON; its number where it has one. */
  private static final java.util.regex.Pattern ESCAPED =
      java.util.regex.Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|.)");

  private final Schema schema;

  /**
   * @param schema null where any JSON will do
   * @throws IllegalArgumentException if it is no JSON Schema, has a pattern that RE2 cannot run, or
   *     holds a value against too many schemas
   */
  JsonAnswer(ObjectNode schema) {
    this.schema = schema == null ? null : load(schema);
  }

  private static Schema load(ObjectNode schema) {
    SchemaCost.check(schema);
    // A tenant's pattern meets whatever a model says, so it must not be able to take for ever.
    Expressions expressions = new Expressions();
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .regularExpressionFactory(regex -> linear(regex, expressions))
            .build();
    try {
      Schema loaded =
          SchemaRegistry.withDefaultDialect(
                  SpecificationVersion.DRAFT_2020_12,
                  registry -> registry.schemaRegistryConfig(config))
              .getSchema(schema);
      loaded.initializeValidators();
      return loaded;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("is no JSON Schema: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("refers and nests too deeply", e);
    }
  }

  private static RegularExpression linear(String regex, Expressions expressions) {
    try {
      Pattern pattern = expressions.compile(regex);
      return text -> pattern.matcher(text).find();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the pattern '%s' is not one of RE2: %s".formatted(regex, e.getDescription()), e);
    }
  }

  /**
   * The JSON of {@code answer}: the answer itself, what a fence of code holds, or the first object
   * or list in it, in this order. Of the places where one may begin, a hundred are tried.
   *
   * @throws Unfit if there is none, or the schema does not hold
   */
  String of(String answer) throws Unfit {
    String text =
        parsed(answer.strip())
            .or(() -> fenced(answer))
            .or(() -> first(answer))
            .orElseThrow(
                () ->
                    new Unfit(
                        "not_json",
                        "The answer holds no JSON; ask for it in words, or for more tokens if it"
                            + " was cut off."));
    if (schema != null) {
      hold(text);
    }
    return text;
  }

  /**
   * The same JSON with characters in place of their numbers, <code>\\u574f</code>; those that JSON
   * has to escape stay, as do halves of a pair.
   */
  static String unescaped(String json) {
    if (json.indexOf("\\u") < 0) {
      return json;
    }
    return ESCAPED
        .matcher(json)
        .replaceAll(
            escape -> {
              String number = escape.group(1);
              int c = number == null ? 0 : Integer.parseInt(number, 16);
              boolean shown = c > ' ' && c != '"' && c != '\\' && !Character.isISOControl(c);
              boolean half = Character.isSurrogate((char) c);
              return java.util.regex.Matcher.quoteReplacement(
                  shown && !half ? String.valueOf((char) c) : escape.group());
            });
  }

  private void hold(String text) throws Unfit {
    try {
      BoundedValidation run = new BoundedValidation(schema, text.length());
      schema.validate(run, Json.MAPPER.readTree(text));
      List<Error> errors = run.getErrors();
      if (!errors.isEmpty()) {
        String faults =
            errors.stream()
                .limit(MOST_FAULTS)
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .collect(Collectors.joining("; "));
        throw new Unfit("wrong_json", "The answer's JSON does not keep the schema: " + faults);
      }
    } catch (BoundedValidation.TooCostly | SchemaException | StackOverflowError e) {
      throw new Unfit(
          "wrong_json",
          "The answer's JSON cannot be held against the schema, which takes too many steps or"
              + " refers to what is not there.");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON that was read once", e);
    }
  }

  private static Optional<String> parsed(String text) {
    try {
      JsonNode tree = text.isEmpty() ? null : WHOLE.readTree(text);
      return tree == null || tree.isMissingNode() ? Optional.empty() : Optional.of(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> fenced(String answer) {
    int fence = answer.indexOf("```");
    int line = fence < 0 ? -1 : answer.indexOf('\n', fence);
    int end = line < 0 ? -1 : answer.indexOf("```", line);
    return end < 0 ? Optional.empty() : parsed(answer.substring(line, end).strip());
  }

  private static Optional<String> first(String answer) {
    int starts = 0;
    for (int start = 0; start < answer.length() && starts < MOST_STARTS; start++) {
      char c = answer.charAt(start);
      if (c == '{' || c == '[') {
        starts++;
        int end = closing(answer, start);
        Optional<String> found = end < 0 ? Optional.empty() : parsed(answer.substring(start, end));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static int closing(String text, int start) {
    int depth = 0;
    boolean quoted = false;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
