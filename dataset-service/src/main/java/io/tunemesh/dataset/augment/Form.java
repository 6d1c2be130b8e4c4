package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.exam.ExamText;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Recipes;
import io.tunemesh.dataset.recipe.Role;
import io.tunemesh.dataset.recipe.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The fields of an example as a row of its recipe has them, and an example from such fields again.
 * What is read back has passed the recipe's own checks, so it is as good as a row of a file.
 */
final class Form {

  static final String EXAM = "exam";
  static final String MESSAGES = "messages";

  /** The roles that ask, of the recipes whose examples are one row each. */
  private static final Map<String, List<String>> ASKING =
      Map.of(
          EXAM,
          List.of("text"),
          "paper_classification",
          List.of("title", "abstract"),
          "alpaca",
          List.of("instruction", "input"),
          "context_response",
          List.of("context"),
          "text_classification",
          List.of("text"),
          "sentence_pair",
          List.of("sentence1", "sentence2"),
          "regression",
          List.of("text"),
          "translation",
          List.of("source"),
          MESSAGES,
          List.of(MESSAGES),
          "sharegpt",
          List.of(MESSAGES));

  private final RecipeType type;
  private final Map<String, String> settings;
  private final List<String> keys;
  private final List<Sheet> sheets;

  /**
   * @param type a recipe that fits
   * @param settings of the source; may be null
   */
  Form(RecipeType type, Map<String, String> settings) {
    boolean chat = isChat(type);
    this.type = chat ? Recipes.named(MESSAGES).orElseThrow() : type;
    this.settings = chat ? null : settings;
    this.keys = this.type.roles().stream().map(Role::key).toList();
    List<Column> columns = new ArrayList<>();
    for (String key : keys) {
      columns.add(new Column(key, String.valueOf((char) ('A' + columns.size()))));
    }
    this.sheets = List.of(new Sheet("", 1, columns, 1));
  }

  /** Whether examples of a recipe have such a form. */
  static boolean fits(RecipeType type) {
    return ASKING.containsKey(type.name());
  }

  /** The roles whose words may be exchanged. */
  static List<String> wordRoles(RecipeType type) {
    return ASKING.getOrDefault(type.name(), List.of());
  }

  /** Whether a recipe's examples are chats in their own words. */
  static boolean isChat(RecipeType type) {
    return wordRoles(type).equals(List.of(MESSAGES));
  }

  /** The roles of this form whose words may be exchanged. */
  List<String> wordRoles() {
    return wordRoles(type);
  }

  boolean isExam() {
    return type.name().equals(EXAM);
  }

  boolean isChat() {
    return isChat(type);
  }

  /** The fields of an example; those that it has not are left out. */
  Map<String, String> fields(Seed seed) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (isExam()) {
      String written = ExamText.write(seed.language(), seed.items());
      int answers = written.lastIndexOf('\n');
      fields.put("text", seed.asked().values().get("text").toString());
      fields.put("options", written.substring(0, answers));
      fields.put("answers", written.substring(answers + 1));
    } else if (isChat()) {
      fields.put(MESSAGES, json(seed.chat()));
    } else {
      if (seed.chat() != null && seed.chat().getFirst().role().equals("system")) {
        fields.put("system", seed.chat().getFirst().content());
      }
      for (String key : keys) {
        JsonNode value = seed.structure().path(key);
        if (!value.isMissingNode() && !value.isNull()) {
          fields.put(key, text(value));
        }
      }
    }
    return fields;
  }

  /** The example of a row with these fields, or why the recipe refuses it. */
  Attempt read(Map<String, String> fields) {
    SourceRecord row = new SourceRecord(null, 1, fields);
    Map<String, String> own = keys.stream().collect(Collectors.toMap(key -> key, key -> key));
    try {
      return switch (type.of(sheets, own, settings).read(row).getFirst()) {
        case Outcome.Kept kept -> new Attempt.Done(kept.example());
        case Outcome.Refused refused -> new Attempt.Dropped(refused.code());
      };
    } catch (ColumnsMissing e) {
      throw new IllegalStateException("a form without the columns of its own recipe", e);
    }
  }

  /** A field's value as a cell holds it. */
  static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** The turns of a chat as a cell holds them. */
  static String json(List<Turn> turns) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (Turn turn : turns) {
      ObjectNode message = list.addObject();
      message.put("role", turn.role()).put("content", turn.content());
      if (turn.weight() != null) {
        message.put("weight", turn.weight());
      }
    }
    return list.toString();
  }
}
