package io.tunemesh.inference.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.testing.Calls;
import org.junit.jupiter.api.Test;

class TaggedTextTest {

  private static final String INPUT = "Tag it: \uD83D\uDE00\nAnn Lee,\nBob";
  private static final String TEXT = "Ann Lee,\nBob";
  private static final int BEGIN = 10;

  private final ArrayNode pieces = Json.MAPPER.createArrayNode();

  @Test
  void readsEntitiesOfAllLinesOfTheTextAndNothingOfTheInstruction() {
    piece(0, 3, "B-PER");
    piece(BEGIN, BEGIN + 3, "I-PER");
    piece(BEGIN + 3, BEGIN + 7, "I-PER");
    piece(BEGIN + 7, BEGIN + 8, "O");
    piece(BEGIN + 9, BEGIN + 12, "B-PER");

    assertThat(answer(TEXT, false))
        .isEqualTo(
            "[{\"type\": \"PER\", \"text\": \"Ann Lee\"}, {\"type\": \"PER\", \"text\": \"Bob\"}]");
  }

  @Test
  void beginsAnEntityWhereItsLabelSaysSoOrItsTypeIsAnother() {
    piece(BEGIN, BEGIN + 3, "B-PER");
    piece(BEGIN + 3, BEGIN + 7, "B-PER");
    piece(BEGIN + 9, BEGIN + 12, "I-LOC");

    assertThat(Calls.json(answer(TEXT, false)))
        .extracting(entity -> entity.path("type").asText() + " " + entity.path("text").asText())
        .containsExactly("PER Ann", "PER Lee", "LOC Bob");
  }

  @Test
  void hasNoEntityWhereTheHeadFindsNone() {
    piece(0, 3, "B-PER");
    piece(BEGIN, BEGIN + 3, "O");

    assertThat(answer(TEXT, false)).isEqualTo("[]");
  }

  @Test
  void givesThePiecesThemselvesWhereTheLabelsAreTagsOfWords() {
    piece(0, 3, "VV");
    piece(BEGIN, BEGIN + 3, "NN");

    String own = "[" + pieces.get(1) + "]";
    assertThat(answer(TEXT, false)).isEqualTo(own);
    assertThat(answer(TEXT, true)).isEqualTo(own);
    assertThat(answer(null, false)).isEqualTo(pieces.toString());
  }

  private void piece(int start, int end, String label) {
    pieces.addObject().put("start", start).put("end", end).put("label", label);
  }

  private String answer(String text, boolean words) {
    return TaggedText.answer(pieces, INPUT, text, words);
  }
}
