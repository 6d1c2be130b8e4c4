package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Blanks;
import io.tunemesh.platform.template.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Instructions with their outputs, in Alpaca's shape. */
final class Alpaca {

  private static final String HISTORY = "history";
  private static final String PAIRS = "a list of pairs, as [[\"question\", \"answer\"]]";

  static final RecipeType TYPE =
      RecipeType.rows(
          "alpaca",
          Task.SFT,
          "instruction, input, output, system, history: [[question, answer]]",
          List.of(
              Role.needed("instruction", "prompt", "question", "query", "指令", "问题", "提问"),
              Role.needed("output", "response", "answer", "completion", "回答", "答案", "输出"),
              Role.optional("input", "context", "输入"),
              Role.optional("system", "系统提示"),
              Role.optional(HISTORY, "历史")),
          List.of(),
          new Family(
              "alpaca",
              false,
              List.of("system", "instruction", "input"),
              List.of("instruction", "input")),
          settings -> Alpaca::read);

  private Alpaca() {}

  /** A row's fields; what it has not is null. */
  record Instruction(
      String system, List<List<String>> history, String instruction, String input, String output) {}

  private static Example read(Row row) throws Unusable {
    String instruction = row.text("instruction");
    String input = row.text("input");
    if (instruction.isEmpty() && input.isEmpty()) {
      row.needed("instruction");
    }
    String output = row.needed("output");
    String system = row.text("system");
    List<List<String>> history = history(row);
    List<Turn> before = new ArrayList<>();
    for (List<String> pair : history) {
      before.add(Turn.user(pair.get(0)));
      before.add(Turn.assistant(pair.get(1)));
    }
    String asked = input.isEmpty() ? instruction : instruction + "\n" + input;
    return Example.of(
        Language.of(asked),
        asked,
        new Content.Asked(
            List.copyOf(before),
            Map.of("system", system, "instruction", instruction, "input", input),
            output),
        new Instruction(
            system.isEmpty() ? null : system,
            history.isEmpty() ? null : history,
            instruction,
            input.isEmpty() ? null : input,
            output),
        row);
  }

  private static List<List<String>> history(Row row) throws Unusable {
    JsonNode json = Nested.json(row, HISTORY, "history_malformed", PAIRS);
    List<List<String>> pairs = new ArrayList<>();
    if (json == null || json.isNull()) {
      return pairs;
    }
    boolean right =
        json.isArray()
            && json.valueStream()
                .allMatch(
                    pair ->
                        pair.isArray()
                            && pair.size() == 2
                            && pair.valueStream()
                                .allMatch(t -> t.isTextual() && !Blanks.isBlank(t.asText())));
    if (!right) {
      throw new Unusable("history_malformed", HISTORY, "the history must be " + PAIRS);
    }
    json.forEach(pair -> pairs.add(List.of(pair.get(0).asText(), pair.get(1).asText())));
    return pairs;
  }
}
