package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.RoleDialogue.Said;
import io.tunemesh.dataset.recipe.Sample.Made;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class RoleDialogueTest {

  private static final String PLAY =
      """
      {"scene": "一", "speaker": "船家", "text": "客官要过河吗？"}
      {"scene": "一", "speaker": "阿青", "text": "要过。"}
      {"scene": "一", "speaker": "阿青", "text": "多少钱？"}
      {"scene": "一", "direction": "船靠岸"}
      {"scene": "一", "speaker": "船家", "text": "两文。"}
      {"scene": "一", "speaker": "船夫", "text": "上船吧。"}
      {"scene": "一", "speaker": "阿 青", "text": "好。"}
      {"scene": "一", "speaker": "船家", "text": "坐稳了。"}
      {"scene": "二", "speaker": "阿青", "text": "到了。"}
      {"scene": "二", "speaker": "船家", "text": "慢走。"}
      """;

  @Test
  void answersTheLineBeforeItInItsScene() throws Exception {
    Made made = script().with("role", "阿青").read("role_dialogue");

    assertThat(made.examples()).hasSize(2);
    assertThat(made.texts(0)).containsExactly("user: 客官要过河吗？", "assistant: 要过。\n多少钱？");
    assertThat(made.texts(1)).containsExactly("user: 上船吧。", "assistant: 好。");
    assertThat(made.examples().getFirst().structure())
        .isEqualTo(new Said("一", "船家", "客官要过河吗？", "阿青", "要过。\n多少钱？"));
    assertThat(made.examples().getFirst().lineage().firstRow()).isEqualTo(1);
    assertThat(made.examples().getFirst().lineage().row()).isEqualTo(3);
  }

  @Test
  void tellsWhyEachOtherLineIsNotUsed() throws Exception {
    Made made = script().with("role", "阿青").read("role_dialogue");

    assertThat(made.refused())
        .extracting(line -> line.row() + " " + line.code())
        .containsExactlyInAnyOrder(
            "4 no_speaker",
            "5 not_answered",
            "8 not_answered",
            "9 nothing_before",
            "10 not_answered");
    assertThat(made.reading().tally().kept()).isEqualTo(5);
    RefusedLine unanswered =
        made.refused().stream().filter(l -> l.code().equals("not_answered")).findFirst().get();
    assertThat(unanswered.reason()).contains("no line of 阿青");
    assertThat(unanswered.header()).isEqualTo("speaker");
  }

  @Test
  void putsEarlierPairsOfTheSceneBefore() throws Exception {
    Made made = script().with("role", "阿青").with("history", "3").read("role_dialogue");

    assertThat(made.texts(1))
        .containsExactly("user: 客官要过河吗？", "assistant: 要过。\n多少钱？", "user: 上船吧。", "assistant: 好。");
    assertThat(made.examples().get(1).lineage().firstRow())
        .as("the first row that it shows")
        .isEqualTo(made.examples().get(0).lineage().firstRow());
    assertThat(made.reading().tally().kept()).isEqualTo(5);
  }

  @Test
  void teachesNoAnswerButItsOwnInAnExample() throws Exception {
    Made made = script().with("role", "阿青").with("history", "3").read("role_dialogue");

    assertThat(made.examples())
        .allSatisfy(
            line ->
                assertThat(line.messages().stream().filter(Turn::learned))
                    .containsExactly(line.messages().getLast()));
  }

  @Test
  void keepsNoMoreHistoryThanAsked() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      lines.append("{\"speaker\": \"Ann\", \"text\": \"Question %d?\"}\n".formatted(i));
      lines.append("{\"speaker\": \"Bob\", \"text\": \"Answer %d.\"}\n".formatted(i));
    }

    Made made =
        Sample.keyed("script", lines.toString())
            .with("role", "bob")
            .with("history", "2")
            .read("role_dialogue");

    assertThat(made.examples()).hasSize(6);
    assertThat(made.texts(5))
        .containsExactly(
            "user: Question 3?",
            "assistant: Answer 3.",
            "user: Question 4?",
            "assistant: Answer 4.",
            "user: Question 5?",
            "assistant: Answer 5.");
  }

  @Test
  void knowsARoleByEachOfItsNames() throws Exception {
    Made made = script().with("role", "阿青，船夫").read("role_dialogue");

    assertThat(made.examples()).hasSize(2);
    assertThat(made.texts(1)).containsExactly("user: 两文。", "assistant: 上船吧。\n好。");
    assertThat(made.refused()).extracting(RefusedLine::row).containsExactlyInAnyOrder(4, 8, 9, 10);
  }

  @Test
  void takesLinesOfOneSpeakerInTwoSpellingsForOne() throws Exception {
    Made made =
        Sample.keyed(
                "script",
                """
                {"speaker": "Ann", "text": "Well?"}
                {"speaker": "ANN ", "text": "Say it!"}
                {"speaker": "Bob", "text": "It is."}
                {"speaker": "ＢＯＢ", "text": "Or was."}
                """)
            .with("role", "bob")
            .read("role_dialogue");

    assertThat(made.texts(0)).containsExactly("user: Well?\nSay it!", "assistant: It is.\nOr was.");
    assertThat(made.refused()).isEmpty();
  }

  @Test
  void mayHaveASystemMessageByATemplate() throws Exception {
    Made made =
        script()
            .with("role", "阿青")
            .template("[system]\n你是{role}，对面是{speaker}。\n[instruction]\n{line}")
            .read("role_dialogue");

    assertThat(made.texts(0).getFirst()).isEqualTo("system: 你是阿青，对面是船家。");
  }

  @Test
  void holdsBackOnlySoManyLinesOfOneSpeaker() throws Exception {
    String novel = "{\"speaker\": \"teller\", \"text\": \"On and on.\"}\n".repeat(1000);

    Made made =
        Sample.keyed("script", novel + "{\"speaker\": \"Bob\", \"text\": \"Stop!\"}")
            .with("role", "Bob")
            .read("role_dialogue");

    assertThat(made.examples()).hasSize(1);
    assertThat(made.refused()).hasSize(800);
    assertThat(made.codes()).isEqualTo(Collections.nCopies(800, "not_answered"));
  }

  @Test
  void countsARowThatTheLimitLeavesOut() throws Exception {
    Made made = script().with("role", "阿青").limit(1).read("role_dialogue");

    assertThat(made.examples()).hasSize(1);
    assertThat(made.codes()).contains("over_limit");
    assertThat(made.reading().type()).isEqualTo(RoleDialogue.TYPE);
    assertThat(made.refused()).hasSize(7);
  }

  private static Sample script() {
    return Sample.keyed("script", PLAY);
  }
}
