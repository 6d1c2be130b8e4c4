package io.tunemesh.dataset.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An example in Alpaca's shape. Every field is there in every row, since readers take the columns
 * from the first rows.
 *
 * @param instruction what the user says last; with {@code input} on the next line where that is not
 *     empty, as LLaMA-Factory puts them together
 * @param system empty where there is none
 * @param history the turns before, as pairs of what the user and the assistant said
 */
record AlpacaRow(
    String instruction, String input, String output, String system, List<List<String>> history) {

  static AlpacaRow of(ExampleLine example) {
    List<Turn> turns = example.messages();
    boolean hasSystem = turns.getFirst().role().equals("system");
    List<List<String>> history = new ArrayList<>();
    for (int i = hasSystem ? 1 : 0; i < turns.size() - 2; i += 2) {
      history.add(List.of(turns.get(i).content(), turns.get(i + 1).content()));
    }
    String asked = turns.get(turns.size() - 2).content();
    String input = input(example, asked);
    return new AlpacaRow(
        input.isEmpty() ? asked : asked.substring(0, asked.length() - input.length() - 1),
        input,
        turns.getLast().content(),
        hasSystem ? turns.getFirst().content() : "",
        history);
  }

  /**
   * Whether an example keeps a turn of the assistant's out of the loss, which has no place here.
   */
  static boolean cannotHold(ExampleLine example) {
    return example.messages().stream().anyMatch(turn -> Objects.equals(turn.weight(), 0));
  }

  /** The input that the source had, where it is told apart from the instruction by one line end. */
  private static String input(ExampleLine example, String asked) {
    JsonNode fields = Fields.of(example);
    String instruction = fields.path("instruction").asText();
    String input = fields.path("input").asText();
    return !instruction.isEmpty() && asked.equals(instruction + "\n" + input) ? input : "";
  }
}
