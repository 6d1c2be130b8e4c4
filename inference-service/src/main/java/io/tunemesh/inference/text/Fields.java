package io.tunemesh.inference.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the fields of a JSON object and gathers what is wrong with them, so that all mistakes are
 * told at once. A field that is null is as absent.
 */
public final class Fields {

  private final ObjectNode tree;
  private final String path;
  private final List<Mistake> mistakes;
  private final Set<String> known = new HashSet<>();

  private Fields(ObjectNode tree, String path, List<Mistake> mistakes) {
    this.tree = tree;
    this.path = path;
    this.mistakes = mistakes;
  }

  /** The fields of {@code json}, whose blank is an object without any. */
  public static Fields of(String json) throws InvalidPlan {
    try {
      JsonNode tree = Json.MAPPER.readTree(json.isBlank() ? "{}" : json);
      if (tree instanceof ObjectNode object) {
        return new Fields(object, "", new ArrayList<>());
      }
      throw new InvalidPlan(List.of(new Mistake("body", "must be an object")));
    } catch (JsonProcessingException e) {
      throw new InvalidPlan(List.of(new Mistake("body", "is no JSON: " + e.getOriginalMessage())));
    }
  }

  /** Whether the object names {@code field}, be it with null. */
  public boolean has(String field) {
    return tree.has(field);
  }

  /** A text; null where there is none. */
  public String text(String field, int longest) {
    JsonNode value = get(field);
    if (value.isNull()) {
      return null;
    }
    if (!isText(value, longest)) {
      add(field, "must be a text of at most %d characters, none of them NUL".formatted(longest));
      return null;
    }
    return value.asText();
  }

  /** A whole number; {@code otherwise} where there is none. */
  public Integer number(String field, int least, int most, Integer otherwise) {
    JsonNode value = get(field);
    if (value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.asInt() < least
        || value.asInt() > most) {
      add(field, "must be a whole number from %d to %d".formatted(least, most));
      return otherwise;
    }
    return value.asInt();
  }

  /** A number; {@code otherwise} where there is none. */
  public double decimal(String field, double least, double most, double otherwise) {
    JsonNode value = get(field);
    if (value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
      add(field, "must be a number from %s to %s".formatted(least, most));
      return otherwise;
    }
    return value.asDouble();
  }

  /** Any value; null where there is none. */
  public JsonNode any(String field) {
    JsonNode value = get(field);
    return value.isNull() ? null : value;
  }

  /** What {@code reader} makes of an object; null where there is none. */
  public <T> T object(String field, Function<Fields, T> reader) {
    JsonNode value = get(field);
    if (value.isNull()) {
      return null;
    }
    if (value instanceof ObjectNode object) {
      return inner(object, field, reader);
    }
    add(field, "must be an object");
    return null;
  }

  /**
   * What {@code reader} makes of each object of a list, which has at most {@code most}; empty where
   * there is none.
   */
  public <T> List<T> objects(String field, int most, Function<Fields, T> reader) {
    JsonNode value = get(field);
    List<T> read = new ArrayList<>();
    if (value.isNull()) {
      return read;
    }
    if (!value.isArray() || value.size() > most) {
      add(field, "must be a list of at most %d objects".formatted(most));
      return read;
    }
    for (int i = 0; i < value.size(); i++) {
      String place = "%s[%d]".formatted(field, i);
      if (value.get(i) instanceof ObjectNode object) {
        read.add(inner(object, place, reader));
      } else {
        add(place, "must be an object");
      }
    }
    return read;
  }

  private <T> T inner(ObjectNode object, String place, Function<Fields, T> reader) {
    Fields inner = new Fields(object, path + place + ".", mistakes);
    T read = reader.apply(inner);
    inner.unknown();
    return read;
  }

  /**
   * Each text of a list, which has at most {@code most} of 1 to {@code longest} characters; empty
   * where there is none.
   */
  public List<String> texts(String field, int most, int longest) {
    JsonNode value = get(field);
    List<String> texts = new ArrayList<>();
    if (value.isNull()) {
      return texts;
    }
    value.forEach(one -> texts.add(isText(one, longest) ? one.asText() : ""));
    if (!value.isArray() || value.size() > most || texts.contains("")) {
      add(
          field,
          "must be a list of at most %d texts of 1 to %d characters, none of them NUL"
              .formatted(most, longest));
    }
    return texts;
  }

  /** Whether it is a text of at most so many characters that the database can keep. */
  public static boolean isText(JsonNode value, int longest) {
    return value.isTextual() && fits(value.asText(), longest);
  }

  /** Whether the text has at most so many characters, and none that the database cannot keep. */
  public static boolean fits(String text, int longest) {
    return text.length() <= longest && text.indexOf('\0') < 0;
  }

  /** Names a mistake in {@code field}. */
  public void add(String field, String message) {
    mistakes.add(new Mistake(path + field, message));
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidPlan if there was a mistake, or a field that nobody read
   */
  public void done() throws InvalidPlan {
    unknown();
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  private void unknown() {
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                add(
                    name,
                    "is not known; known are "
                        + String.join(", ", known.stream().sorted().toList()));
              }
            });
  }

  private JsonNode get(String field) {
    known.add(field);
    JsonNode value = tree.get(field);
    return value == null ? NullNode.getInstance() : value;
  }
}
