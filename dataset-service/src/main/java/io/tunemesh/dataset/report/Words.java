package io.tunemesh.dataset.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.report.ExampleFile.Seen;
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
      return question + "\n" + answer;
    }
  }

  Said of(Seen example) {
    if (example.messages() == null) {
      return new Said("", example.text());
    }
    return new Said(question(example), example.messages().getLast().content());
  }

  private String question(Seen example) {
    StringBuilder asked = new StringBuilder();
    if (example.structure() != null) {
      example.structure().properties().stream()
          .filter(field -> ASKED.contains(field.getKey()))
          .forEach(field -> add(field.getValue(), asked));
    }
    return asked.isEmpty() ? turns(example) : asked.toString();
  }

  private String turns(Seen example) {
    List<Turn> turns = example.messages();
    String asked =
        turns.subList(0, turns.size() - 1).stream()
            .filter(turn -> !turn.role().equals("system"))
            .map(Turn::content)
            .collect(Collectors.joining("\n"));
    return example.items() == null ? asked : bare(asked);
  }

  private String bare(String asked) {
    String bare = asked;
    for (String literal : literals) {
      int at = bare.indexOf(literal);
      bare = at < 0 ? bare : bare.substring(0, at) + bare.substring(at + literal.length());
    }
    return bare.strip();
  }

  private static void add(JsonNode value, StringBuilder to) {
    if (value.isContainerNode()) {
      value.forEach(inner -> add(inner, to));
    } else if (!value.isNull()) {
      to.append(to.isEmpty() ? "" : "\n").append(value.asText());
    }
  }
}
