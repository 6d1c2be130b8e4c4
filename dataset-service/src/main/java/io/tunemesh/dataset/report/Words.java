package io.tunemesh.dataset.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.report.ExampleFile.Seen;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes an example apart into what is asked and what is answered, without the words of its
 * template, its system message and what only names the row: these are the same in many examples
 * that are different.
 */
final class Words {

  private static final Set<String> ASKED =
      Set.of(
          "text",
          "sentence1",
          "sentence2",
          "title",
          "abstract",
          "history",
          "instruction",
          "input",
          "line",
          "tokens",
          "source",
          "context");
  private static final int SHORTEST_LITERAL = 8;

  private final List<String> literals;

  /**
   * @param templates as their authors wrote them
   */
  Words(List<String> templates) {
    literals =
        templates.stream()
            .flatMap(template -> Arrays.stream(template.split("\\{[^{}]*\\}|(?m)^\\[\\w+\\]\\s*$")))
            .map(String::strip)
            .filter(literal -> literal.length() >= SHORTEST_LITERAL)
            .distinct()
            .sorted(Comparator.comparing(literal -> -literal.length()))
            .toList();
  }

  /**
   * What an example says.
   *
   * @param question empty for plain text
   * @param answer what the model is to say, or the whole of plain text
   */
  record Said(String question, String answer) {

    String whole() {
      return question.isBlank() ? answer : question + "\n" + answer;
    }
  }

  /**
   * What the fields of a structure tell.
   *
   * @param asked those that ask, one after the other
   * @param label null where it has none
   */
  record Fields(String asked, String label) {

    static final Fields NONE = new Fields("", null);

    static Fields of(JsonParser structure) throws IOException {
      if (structure.nextToken() != JsonToken.START_OBJECT) {
        return NONE;
      }
      StringBuilder asked = new StringBuilder();
      String label = null;
      for (String name; (name = structure.nextFieldName()) != null; ) {
        JsonToken value = structure.nextToken();
        if (ASKED.contains(name)) {
          add(structure, asked);
        } else if (name.equals("label") && value == JsonToken.VALUE_STRING) {
          label = structure.getText();
        } else {
          structure.skipChildren();
        }
      }
      return new Fields(asked.toString(), label);
    }

    /** All that is in the value which the parser stands on. */
    private static void add(JsonParser json, StringBuilder to) throws IOException {
      int depth = 0;
      do {
        JsonToken token = json.currentToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
          to.append(to.isEmpty() ? "" : "\n").append(json.getText());
        }
      } while (depth > 0 && json.nextToken() != null);
    }
  }

  Said of(Seen example) throws IOException {
    Fields fields =
        example.structure() == null ? Fields.NONE : Fields.of(example.structure().traverse());
    return of(example.messages(), example.text(), fields);
  }

  /**
   * What an example says.
   *
   * @param messages the chat; null for plain text
   */
  Said of(List<Turn> messages, String text, Fields fields) {
    if (messages == null) {
      return new Said("", text);
    }
    String asked = fields.asked().isEmpty() ? turns(messages) : fields.asked();
    return new Said(asked, messages.getLast().content());
  }

  /** A chat may be a question that a template worded, kept with its answer. */
  private String turns(List<Turn> turns) {
    return bare(
        turns.subList(0, turns.size() - 1).stream()
            .filter(turn -> !turn.role().equals("system"))
            .map(Turn::content)
            .collect(Collectors.joining("\n")));
  }

  private String bare(String asked) {
    String bare = asked;
    for (String literal : literals) {
      int at = bare.indexOf(literal);
      bare = at < 0 ? bare : bare.substring(0, at) + bare.substring(at + literal.length());
    }
    return bare.strip();
  }
}
