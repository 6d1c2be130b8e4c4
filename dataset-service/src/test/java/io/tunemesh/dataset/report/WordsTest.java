package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.dataset.clean.Letters;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.report.Words.Fields;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cleaning and the leak check take the same words of an example. */
class WordsTest {

  record Case(String recipe, Sample sample, int examples) {}

  static List<Case> cases() {
    return List.of(
        new Case(
            "text_classification",
            Sample.tsv("text\tlabel\na film\tgood").with("labels", "good, bad"),
            1),
        new Case(
            "sentence_pair",
            Sample.tsv("sentence1\tsentence2\tlabel\none\ttwo\tx").with("labels", "x, y"),
            1),
        new Case("regression", Sample.tsv("text\tscore\ncold\t-1.5"), 1),
        new Case("translation", Sample.tsv("source\ttarget\n茶\ttea").with("to", "English"), 1),
        new Case(
            "paper_classification",
            Sample.tsv("title\tauthor\tabstract\tlabel\nOn bees\tA. Bee\tThey fly.\t0"),
            1),
        new Case(
            "alpaca",
            Sample.jsonl(
                "{\"instruction\": \"Say\", \"input\": \"it\", \"output\": \"yes\", \"system\":"
                    + " \"Be kind\", \"history\": [[\"who\", \"me\"]]}"),
            1),
        new Case(
            "messages",
            Sample.jsonl(
                "{\"messages\": [{\"role\": \"system\", \"content\": \"Be kind\"}, {\"role\": \"user\","
                    + " \"content\": \"hi\"}, {\"role\": \"assistant\", \"content\": \"hello\"}]}"),
            1),
        new Case(
            "role_dialogue",
            Sample.keyed(
                    "script",
                    """
                    {"speaker": "A", "scene": "one", "text": "Hi"}
                    {"speaker": "B", "scene": "one", "text": "Hello"}
                    {"speaker": "A", "scene": "one", "text": "And now?"}
                    {"speaker": "B", "scene": "one", "text": "We talk."}
                    """)
                .with("role", "B")
                .with("history", "2"),
            2),
        new Case("plain_text", Sample.keyed("text", "{\"text\": \"All of it.\"}"), 1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areThoseOfCleaning(Case each) throws Exception {
    Sample.Made made = each.sample().read(each.recipe());

    assertThat(made.examples()).hasSize(each.examples());
    for (int i = 0; i < each.examples(); i++) {
      ExampleLine line = made.examples().get(i);
      Fields fields =
          line.structure() == null
              ? Fields.NONE
              : Fields.of(Json.MAPPER.valueToTree(line.structure()).traverse());
      String said = new Words(List.of()).of(line.messages(), line.text(), fields).whole();
      assertThat(lines(made.contents().get(i).words())).isEqualTo(lines(said));
    }
  }

  @Test
  void areThoseOfARowInAChatThatKeptItsQuestion() {
    Words words =
        new Words(List.of("Is this paper medical?\n\n{title}\n{abstract}\n\nSay 1 or 0."));
    List<Turn> kept =
        List.of(
            Turn.user("Is this paper medical?\n\nOn bees\nThey fly.\n\nSay 1 or 0."),
            Turn.assistant("0"));

    assertThat(words.of(kept, null, Fields.NONE))
        .isEqualTo(words.of(kept, null, new Fields("On bees\nThey fly.", null)));
  }

  private static List<String> lines(String text) {
    return text.lines().map(Letters.AND_SIGNS::of).sorted().toList();
  }
}
