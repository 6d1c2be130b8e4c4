package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;

class ContextsTest {

  @Test
  void takesLabelledLinesAsTurns() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"context": "A: Hi\\nB: Hello\\nA: How are you?", "response": "Fine."}
                {"context": "甲：在吗\\n甲：有事\\n乙：在\\n甲：借本书", "response": "好"}
                {"context": ["one", "two", "three"], "response": "four"}
                """)
            .read("context_response");

    assertThat(made.texts(0))
        .containsExactly("user: Hi", "assistant: Hello", "user: How are you?", "assistant: Fine.");
    assertThat(made.texts(1))
        .containsExactly("user: 在吗\n有事", "assistant: 在", "user: 借本书", "assistant: 好");
    assertThat(made.texts(2))
        .containsExactly("user: one", "assistant: two", "user: three", "assistant: four");
  }

  @Test
  void leavesWholeWhatItCannotTakeApartForCertain() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"context": "It was late: no one spoke.\\nThen she did.", "response": "Why?"}
                {"context": "A: Hi\\nB: Hello", "response": "Fine."}
                {"context": "A: Hi\\nB: Hello\\nC: Ho", "response": "Fine."}
                """)
            .read("context_response");

    assertThat(made.texts(0).getFirst())
        .isEqualTo("user: It was late: no one spoke.\nThen she did.");
    assertThat(made.texts(1)).containsExactly("user: A: Hi\nB: Hello", "assistant: Fine.");
    assertThat(made.texts(2)).containsExactly("user: A: Hi\nB: Hello\nC: Ho", "assistant: Fine.");
  }

  @Test
  void takesEachLineAsATurnWhenAsked() throws Exception {
    Made made =
        Sample.tsv("context\tresponse\n吃了吗\t吃了\n").with("turns", "lines").read("context_response");
    Made three =
        Sample.jsonl("{\"context\": \"a\\nb\\nc\", \"response\": \"d\"}")
            .with("turns", "lines")
            .read("context_response");

    assertThat(made.texts(0)).containsExactly("user: 吃了吗", "assistant: 吃了");
    assertThat(three.texts(0))
        .containsExactly("user: a", "assistant: b", "user: c", "assistant: d");
  }

  @Test
  void refusesARowWithoutAResponse() throws Exception {
    Made made = Sample.tsv("context\tresponse\nhello\t\nhi\tho\n").read("context_response");

    assertThat(made.refused().getFirst().cell()).isEqualTo("B2");
    assertThat(made.examples()).hasSize(1);
  }

  @Test
  void writesAListThatIsNoTurnsLineByLine() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"context": ["one", "say \\"two\\""], "response": "three"}
                {"context": ["one", " ", "two"], "response": "three"}
                {"context": ["\\u00a0"], "response": "one"}
                """)
            .read("context_response");

    assertThat(made.texts(0)).containsExactly("user: one\nsay \"two\"", "assistant: three");
    assertThat(made.texts(1)).containsExactly("user: one\ntwo", "assistant: three");
    assertThat(made.codes()).containsExactly("empty_turn");
  }
}
