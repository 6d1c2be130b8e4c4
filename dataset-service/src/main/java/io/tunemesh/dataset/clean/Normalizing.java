package io.tunemesh.dataset.clean;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.dataset.exam.ExamText;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.recipe.TurnWords;
import io.tunemesh.platform.text.Controls;
import io.tunemesh.platform.text.Markup;
import io.tunemesh.platform.text.Widths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The rules that change the text of examples, before a template words it. An example is changed in
 * all its forms at once: its words, its exam items and its structure.
 */
final class Normalizing {

  /** Tags are counted by token and place, so that their texts cannot change alone. */
  private static final String TAGGING = "tagging";

  private static final int TURNS = 5;

  private final Map<String, UnaryOperator<String>> rules = new LinkedHashMap<>();

  Normalizing(Clean spec) {
    if (Boolean.TRUE.equals(spec.stripMarkup())) {
      rules.put("strip_markup", Markup::strip);
    }
    if ("strip".equals(spec.controls())) {
      rules.put("controls", Controls::strip);
    }
    if (Boolean.TRUE.equals(spec.normalizeWidths())) {
      rules.put("normalize_widths", Widths::narrow);
    }
  }

  /** The names of the rules that change the text. */
  Set<String> rules() {
    return rules.keySet();
  }

  /**
   * The same text whether some or all of it was cleaned before: the rules are applied again where
   * they left themselves more to do, as an entity of an entity.
   */
  String settled(String text) {
    String now = text;
    for (int turn = 0; turn < TURNS; turn++) {
      String before = now;
      now = mended(before);
      if (now.equals(before)) {
        return now;
      }
    }
    return now;
  }

  /** Puts a text in order as {@link #apply} does that of a recipe's examples. */
  UnaryOperator<String> mending(String recipe) {
    return recipe.equals(TAGGING) ? UnaryOperator.identity() : this::mended;
  }

  private String mended(String text) {
    String now = text;
    for (UnaryOperator<String> rule : rules.values()) {
      now = rule.apply(now);
    }
    return now;
  }

  Normalized apply(String recipe, Example example) {
    if (rules.isEmpty() || recipe.equals(TAGGING)) {
      return new Normalized(example, Set.of());
    }
    Set<String> changed = new TreeSet<>();
    UnaryOperator<String> clean =
        text -> {
          String now = text;
          for (Map.Entry<String, UnaryOperator<String>> rule : rules.entrySet()) {
            String before = now;
            now = rule.getValue().apply(before);
            if (!now.equals(before)) {
              changed.add(rule.getKey());
            }
          }
          return now;
        };
    List<Item> items = items(example.items(), clean);
    Content content = content(example, items, clean);
    if (changed.isEmpty()) {
      return new Normalized(example, Set.of());
    }
    Example now =
        new Example(
            example.language(),
            example.decides(),
            content,
            example.label() == null ? null : clean.apply(example.label()),
            items,
            example.leftOut(),
            example.structure() == null ? null : structure(example.structure(), clean),
            example.columns());
    return new Normalized(now, Set.copyOf(changed));
  }

  private static Content content(Example example, List<Item> items, UnaryOperator<String> clean) {
    return switch (example.content()) {
      case Content.Plain plain -> new Content.Plain(clean.apply(plain.text()));
      case Content.Chat chat -> new Content.Chat(turns(chat.turns(), clean));
      case Content.Asked asked -> {
        Map<String, Object> values = new HashMap<>();
        asked
            .values()
            .forEach(
                (name, value) ->
                    values.put(name, value instanceof String text ? clean.apply(text) : value));
        String output =
            items == null ? clean.apply(asked.output()) : ExamText.write(example.language(), items);
        yield new Content.Asked(turns(asked.before(), clean), values, output, asked.given());
      }
    };
  }

  private static List<Turn> turns(List<Turn> turns, UnaryOperator<String> clean) {
    return turns.stream()
        .map(t -> new Turn(t.role(), TurnWords.changed(t.content(), clean), t.weight()))
        .toList();
  }

  /** An exam's items; what would be left blank, as an option that is but a picture, stays. */
  private static List<Item> items(List<Item> items, UnaryOperator<String> clean) {
    if (items == null) {
      return null;
    }
    List<Item> now = new ArrayList<>();
    for (Item item : items) {
      Map<String, String> options = new LinkedHashMap<>();
      item.options().forEach((letter, text) -> options.put(letter, oneLine(text, clean)));
      now.add(new Item(item.number(), oneLine(item.stem(), clean), options, item.answer()));
    }
    return now;
  }

  private static String oneLine(String text, UnaryOperator<String> clean) {
    String now = clean.apply(text);
    String flat = now.equals(text) ? text : now.replaceAll("\\s*\\n\\s*", " ").strip();
    return flat.isBlank() ? text : flat;
  }

  private static JsonNode structure(Object structure, UnaryOperator<String> clean) {
    return TurnWords.mapped(Json.MAPPER.valueToTree(structure), clean);
  }
}
