package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of an example asks, which may be said in other words, and the example that then comes. */
final class Questions {

  private static final String TOOL_RESULT = "<tool_response>";

  private final Form form;

  Questions(Form form) {
    this.form = form;
  }

  /** The texts that ask; empty where a field is not there. */
  List<String> texts(Seed seed) {
    if (form.isChat()) {
      return seed.chat().stream().filter(Questions::asks).map(Turn::content).toList();
    }
    Map<String, String> fields = form.fields(seed);
    return form.wordRoles().stream().map(role -> fields.getOrDefault(role, "")).toList();
  }

  /** The example with these texts in place of its own, or why its recipe refuses it. */
  Attempt example(Seed seed, List<String> texts) {
    if (form.isExam()) {
      return new Attempt.Done(exam(seed, texts.getFirst()));
    }
    Map<String, String> fields = form.fields(seed);
    if (form.isChat()) {
      fields.put(Form.MESSAGES, Form.json(chat(seed.chat(), texts)));
    } else {
      for (int i = 0; i < texts.size(); i++) {
        if (!texts.get(i).isEmpty()) {
          fields.put(form.wordRoles().get(i), texts.get(i));
        }
      }
    }
    return form.read(fields);
  }

  private static List<Turn> chat(List<Turn> turns, List<String> texts) {
    List<Turn> changed = new ArrayList<>();
    int next = 0;
    for (Turn turn : turns) {
      changed.add(asks(turn) ? new Turn(turn.role(), texts.get(next++), turn.weight()) : turn);
    }
    return changed;
  }

  private static boolean asks(Turn turn) {
    return turn.role().equals("user") && !turn.content().contains(TOOL_RESULT);
  }

  /** The questions stay as they were read, and so do those that were left out. */
  private static Example exam(Seed seed, String text) {
    Map<String, Object> values = new HashMap<>(seed.asked().values());
    values.put("text", text);
    return new Example(
        seed.language(),
        text,
        new Content.Asked(
            seed.asked().before(), values, seed.asked().output(), seed.asked().given()),
        seed.label(),
        seed.items(),
        seed.leftOut(),
        seed.structure(),
        seed.columns());
  }
}
