package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Sample.Made;
import io.tunemesh.dataset.recipe.Tagging.Tagged;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaggingTest {

  @Test
  void asksForTheEntitiesAsJson() throws Exception {
    Made made =
        Sample.keyed(
                "bio",
                """
                {"tokens": ["John", "Smith", "lives", "in", "New", "York", "."], "tags": ["B-PER", "I-PER", "O", "O", "B-LOC", "I-LOC", "O"]}
                {"tokens": ["我", "在", "北", "京"], "tags": ["O", "O", "B-LOC", "I-LOC"]}
                {"tokens": ["Nothing", "here"], "tags": ["O", "O"]}
                """)
            .read("tagging");

    assertThat(made.texts(0).getFirst()).endsWith("\nJohn Smith lives in New York .");
    assertThat(made.texts(0).getLast())
        .isEqualTo(
            "assistant: [{\"type\": \"PER\", \"text\": \"John Smith\"}, {\"type\": \"LOC\","
                + " \"text\": \"New York\"}]");
    assertThat(made.texts(1).getFirst()).contains("找出下面文本中的实体").endsWith("\n我在北京");
    assertThat(made.texts(1).getLast())
        .isEqualTo("assistant: [{\"type\": \"LOC\", \"text\": \"北京\"}]");
    assertThat(made.texts(2).getLast()).isEqualTo("assistant: []");
    assertThat(((Tagged) made.examples().getFirst().structure()).entities())
        .contains(new Entities.Entity("LOC", "New York", 4, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          May met us in May .     | B-PER O O O O O         | 0  | May
          Bush said Bush hats     | O O B-PER O             | 10 | Bush
          中 日 两 国 近 日 会 谈 | O B-LOC O O O O O O     | 1  | 日
          😀 ok 😀 Bob 😀 Smith   | O O O B-PER I-PER I-PER | 7  | Bob 😀 Smith
          """)
  void tellsWhereAnEntityLies(String tokens, String tags, int start, String entity)
      throws Exception {
    ExampleLine line = tagged(tokens, tags, "bio");

    String question = line.messages().getFirst().content();
    int length = entity.codePointCount(0, entity.length());
    int begin = question.codePointCount(0, question.lastIndexOf('\n') + 1);
    assertThat(line.spans()).containsExactly(new Span(begin + start, begin + start + length));
    assertThat(question.substring(question.offsetByCodePoints(0, begin + start)))
        .startsWith(entity);
  }

  @Test
  void tellsWhereEachTokenLiesWhenTagsArePlain() throws Exception {
    ExampleLine line = tagged("x ， 我 x 。", "N P N N P", "plain");

    int begin = line.messages().getFirst().content().lastIndexOf('\n') + 1;
    assertThat(line.spans())
        .extracting(span -> span.start() - begin)
        .containsExactly(0, 1, 2, 3, 4);
  }

  private static ExampleLine tagged(String tokens, String tags, String scheme) throws Exception {
    Map<String, Object> row = Map.of("tokens", tokens.split(" "), "tags", tags.split(" "));
    return Sample.jsonl(Json.MAPPER.writeValueAsString(row))
        .with("scheme", scheme)
        .read("tagging")
        .examples()
        .getFirst();
  }

  @Test
  void tagsEachTokenWhenTagsArePlain() throws Exception {
    Made made =
        Sample.jsonl("{\"tokens\": [\"I\", \"run\"], \"labels\": [\"PRON\", \"VERB\"]}")
            .with("scheme", "plain")
            .read("tagging");

    assertThat(made.texts(0).getFirst()).contains("Tag each word");
    assertThat(made.texts(0).getLast())
        .isEqualTo(
            "assistant: [{\"text\": \"I\", \"tag\": \"PRON\"}, {\"text\": \"run\", \"tag\":"
                + " \"VERB\"}]");
  }

  @Test
  void namesTagsThatAreNumbers() throws Exception {
    String row = "{\"tokens\": [\"a\", \"b\"], \"ner_tags\": [0, 1]}";

    assertThat(Sample.jsonl(row).with("labels", "O, B-LOC").read("tagging").texts(0).getLast())
        .isEqualTo("assistant: [{\"type\": \"LOC\", \"text\": \"b\"}]");
    assertThat(Sample.jsonl(row).with("labels", "O").read("tagging").codes())
        .containsExactly("tag_unknown");
    assertThat(Sample.jsonl(row).read("tagging").refused().getFirst().reason())
        .contains("'settings.labels'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bio   | B-X I-X O B-X   | X0-2 X3-4
          bio   | B-X B-X I-X     | X0-1 X1-3
          bio   | B-X B-Y I-Y     | X0-1 Y1-3
          iob1  | I-X I-X O I-Y   | X0-2 Y3-4
          iob1  | I-X B-X I-Y     | X0-1 X1-2 Y2-3
          bioes | B-X I-X E-X S-Y | X0-3 Y3-4
          bioes | B-X M-X E-X O   | X0-3
          """)
  void readsEachScheme(String scheme, String tags, String wanted) throws Exception {
    List<String> all = List.of(tags.split(" "));

    assertThat(
            Entities.read(all, all, scheme).stream().map(e -> e.type() + e.from() + "-" + e.to()))
        .containsExactly(wanted.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ["a"]      | ["B-X", "O"] | tags_uneven
          ["a"]      | ["PER"]      | tag_malformed
          ["a"]      | ["E-X"]      | tag_malformed
          ["a"]      | ["B-"]       | tag_malformed
          ["a"]      | ["I-X"]      | tag_order
          ["a", "b"] | ["B-X", "I-Y"] | tag_order
          ["a"]      | "B-X"        | tags_malformed
          "a b"      | ["O", "O"]   | tokens_malformed
          [1]        | ["O"]        | tokens_malformed
          ["\\u2007"] | ["O"]       | tokens_malformed
          []         | []           | tags_uneven
          """)
  void refusesTagsThatSayNoCertainThing(String tokens, String tags, String code) throws Exception {
    Made made =
        Sample.jsonl("{\"tokens\": %s, \"tags\": %s}".formatted(tokens, tags)).read("tagging");

    assertThat(made.codes()).containsExactly(code);
    assertThat(made.refused().getFirst().column()).isIn("tags", "tokens");
  }

  @Test
  void refusesAnEntityThatDoesNotEnd() throws Exception {
    for (String tags : List.of("[\"B-X\"]", "[\"B-X\", \"O\"]", "[\"B-X\", \"S-X\"]")) {
      String tokens = tags.contains(",") ? "[\"a\", \"b\"]" : "[\"a\"]";
      assertThat(
              Sample.jsonl("{\"tokens\": %s, \"tags\": %s}".formatted(tokens, tags))
                  .with("scheme", "bioes")
                  .read("tagging")
                  .codes())
          .containsExactly("tag_order");
    }
  }
}
