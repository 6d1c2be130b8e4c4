package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Blanks;
import io.tunemesh.platform.template.Families;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sentences whose tokens have a tag each: entities, or parts of speech. */
final class Tagging {

  private static final String TOKENS = "tokens";
  private static final String TAGS = "tags";

  static final RecipeType TYPE =
      RecipeType.rows(
          "tagging",
          Task.TAGGING,
          "tokens: […], tags: […]",
          List.of(
              Role.needed(TOKENS, "words"),
              Role.needed(TAGS, "labels", "ner_tags", "pos_tags", "tag", "label")),
          List.of(
              Setting.choice(
                  "scheme",
                  "how tags mark entities: `bio` (B-X begins, I-X goes on), `iob1` (I-X begins as"
                      + " well), `bioes` (also with M for I and S for one token), or `plain` where"
                      + " each tag stands for its token, as parts of speech do",
                  "bio",
                  "iob1",
                  "bioes",
                  "plain"),
              Setting.text(
                  "labels",
                  "the tags' names in the order of their numbers, where the source has numbers")),
          Families.TAGGING,
          settings -> row -> read(row, settings));

  private Tagging() {}

  /** A sentence; {@code entities} is null where tags are plain. */
  record Tagged(List<String> tokens, List<String> tags, List<Entities.Entity> entities) {

    /**
     * Where the entries of the answer lie in the question.
     *
     * @return null where the sentence is not in it as it is
     */
    List<Span> spans(String question) {
      String text = Entities.text(tokens, 0, tokens.size());
      int begin = question.lastIndexOf(text);
      if (begin < 0) {
        return null;
      }
      int at = question.codePointCount(0, begin);
      List<Span> places = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        at += i > 0 && Entities.isApart(tokens, i) ? 1 : 0;
        int end = at + tokens.get(i).codePointCount(0, tokens.get(i).length());
        places.add(new Span(at, end));
        at = end;
      }
      return entities == null
          ? places
          : entities.stream()
              .map(e -> new Span(places.get(e.from()).start(), places.get(e.to() - 1).end()))
              .toList();
    }
  }

  private static Example read(Row row, Settings settings) throws Unusable {
    List<String> tokens =
        strings(Nested.list(row, TOKENS, "tokens_malformed", "a list of texts"), TOKENS);
    List<String> tags = named(row, settings.list("labels"));
    if (tokens.isEmpty() || tokens.size() != tags.size()) {
      throw new Unusable(
          "tags_uneven",
          TAGS,
          "there are %d tokens and %d tags; give each token one"
              .formatted(tokens.size(), tags.size()));
    }
    String text = Entities.text(tokens, 0, tokens.size());
    List<Map<String, String>> answer = new ArrayList<>();
    List<Entities.Entity> entities = null;
    if (settings.is("scheme", "plain")) {
      for (int i = 0; i < tokens.size(); i++) {
        answer.add(ordered("text", tokens.get(i), "tag", tags.get(i)));
      }
    } else {
      entities = Entities.read(tokens, tags, settings.text("scheme"));
      entities.forEach(entity -> answer.add(ordered("type", entity.type(), "text", entity.text())));
    }
    Map<String, Object> values = Map.of("text", text, "entities", entities != null);
    return Example.of(
        Language.of(text),
        text,
        new Content.Asked(List.of(), values, json(answer), Set.of("entities")),
        new Tagged(tokens, tags, entities),
        row);
  }

  private static List<String> named(Row row, List<String> names) throws Unusable {
    JsonNode list = Nested.list(row, TAGS, "tags_malformed", "a list of tags");
    if (list.isEmpty() || !list.valueStream().allMatch(JsonNode::isIntegralNumber)) {
      return strings(list, TAGS);
    }
    List<String> tags = new ArrayList<>();
    for (JsonNode number : list) {
      if (!number.canConvertToInt() || number.asInt() < 0 || number.asInt() >= names.size()) {
        throw new Unusable(
            "tag_unknown",
            TAGS,
            "the tag %s has no name; name the tags in their order in 'settings.labels', as O, B-PER, …"
                .formatted(number));
      }
      tags.add(names.get(number.asInt()));
    }
    return tags;
  }

  private static List<String> strings(JsonNode list, String role) throws Unusable {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : list) {
      if (!text.isTextual() || Blanks.isBlank(text.asText())) {
        throw new Unusable(
            role + "_malformed",
            role,
            "entry %d of the %s is no text".formatted(texts.size() + 1, role));
      }
      texts.add(text.asText());
    }
    return List.copyOf(texts);
  }

  private static Map<String, String> ordered(String a, String first, String b, String second) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(a, first);
    map.put(b, second);
    return map;
  }

  private static String json(List<Map<String, String>> answer) {
    StringBuilder text = new StringBuilder("[");
    try {
      for (Map<String, String> entry : answer) {
        text.append(text.length() == 1 ? "{" : ", {");
        String comma = "";
        for (var field : entry.entrySet()) {
          text.append(comma).append('"').append(field.getKey()).append("\": ");
          text.append(Json.MAPPER.writeValueAsString(field.getValue()));
          comma = ", ";
        }
        text.append('}');
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return text.append(']').toString();
  }
}
