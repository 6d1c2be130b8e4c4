package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Turn;
import java.util.List;
import java.util.Map;

/**
 * A training example that more are made of, in a form that goes through JSON unchanged.
 *
 * @param id of the example's line
 * @param asked the question that a template words; null for a chat in its own words
 * @param chat the turns of such a chat; else null
 * @param structure the fields of the example as data; may be null
 */
public record Seed(
    String id,
    Language language,
    String decides,
    Content.Asked asked,
    List<Turn> chat,
    String label,
    List<Item> items,
    List<ExamRow.Note> leftOut,
    JsonNode structure,
    Map<String, Column> columns) {

  /** The seed of an example that is no plain text. */
  public static Seed of(String id, Example example) {
    return new Seed(
        id,
        example.language(),
        example.decides(),
        example.content() instanceof Content.Asked asked ? asked : null,
        example.content() instanceof Content.Chat turns ? turns.turns() : null,
        example.label(),
        example.items(),
        example.leftOut(),
        example.structure() == null ? null : Json.MAPPER.valueToTree(example.structure()),
        example.columns());
  }

  /** What the model is to answer, of every turn that it learns from. */
  String output() {
    if (asked != null) {
      return asked.output();
    }
    StringBuilder said = new StringBuilder();
    chat.stream()
        .filter(turn -> turn.role().equals("assistant"))
        .forEach(turn -> said.append(turn.content()).append('\n'));
    return said.toString();
  }
}
