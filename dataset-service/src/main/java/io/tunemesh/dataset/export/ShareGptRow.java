package io.tunemesh.dataset.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.ToolText;
import io.tunemesh.dataset.recipe.Turn;
import java.util.ArrayList;
import java.util.List;

/**
 * An example in ShareGPT's shape. Every field is there in every row, since readers take the columns
 * from the first rows.
 *
 * @param conversations {@code human} or {@code observation}, and {@code gpt} or {@code
 *     function_call}, in turn
 * @param system empty where there is none
 * @param tools the functions that may be called, as a JSON list; empty where there are none
 */
record ShareGptRow(List<Said> conversations, String system, String tools) {

  /** A turn; a weight of 0 keeps it out of the loss where a reader knows of weights. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Said(String from, String value, Integer weight) {}

  static ShareGptRow of(ExampleLine example) {
    List<Turn> turns = example.messages();
    String system = turns.getFirst().role().equals("system") ? turns.getFirst().content() : null;
    List<Turn> said = system == null ? turns : turns.subList(1, turns.size());
    return ToolText.read(system, said)
        .map(ShareGptRow::withTools)
        .orElseGet(() -> plain(system, said));
  }

  private static ShareGptRow plain(String system, List<Turn> turns) {
    List<Said> conversations = new ArrayList<>();
    for (Turn turn : turns) {
      String from = turn.role().equals("user") ? "human" : "gpt";
      conversations.add(new Said(from, turn.content(), turn.weight()));
    }
    return new ShareGptRow(conversations, system == null ? "" : system, "");
  }

  private static ShareGptRow withTools(ToolText.Chat chat) {
    List<Said> conversations = new ArrayList<>();
    for (ToolText.Said said : chat.turns()) {
      String from =
          switch (said.kind()) {
            case ASKS -> "human";
            case ANSWERS -> "gpt";
            case CALLS -> "function_call";
            case RESULT -> "observation";
          };
      conversations.add(new Said(from, said.content(), said.weight()));
    }
    return new ShareGptRow(
        conversations, chat.system() == null ? "" : chat.system(), chat.functions());
  }
}
