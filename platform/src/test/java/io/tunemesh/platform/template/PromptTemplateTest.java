package io.tunemesh.platform.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {

  private static final Family EXAM =
      new Family("exam", true, List.of("text", "questions"), List.of("text"), List.of("questions"));
  private static final Family ALPACA =
      new Family(
          "alpaca", false, List.of("system", "instruction", "input"), List.of("instruction"));

  @Test
  void hasAChineseTemplateThatExaminesWhatChineseExamsExamine() throws BrokenTemplate {
    String prompt = ask(Templates.find(null, EXAM, "zh"), "山高水长。", 3, "zh");

    assertThat(prompt).contains("命制 3 道单项选择题", "重要概念", "重要句子", "论证方法").endsWith("阅读文本：\n山高水长。");
  }

  @Test
  void hasAnEnglishTemplateThatExaminesWhatEnglishExamsExamine() throws BrokenTemplate {
    PromptTemplate template = Templates.find("exam", EXAM, "en");

    assertThat(ask(template, "A text.", 4, "en"))
        .contains("Write 4 single-choice questions", "main idea", "specific information", "context")
        .endsWith("Reading text:\nA text.");
    assertThat(ask(template, "A text.", 1, "en")).contains("Write 1 single-choice question about");
  }

  @Test
  void takesATemplateThatIsCarriedInline() throws BrokenTemplate {
    PromptTemplate template =
        Templates.find(
            "Ask {questions} in {#if language == 'zh'}中文{#else}English{/if}\n{text}", EXAM, "zh");

    assertThat(ask(template, "原文", 2, "zh")).isEqualTo("Ask 2 in 中文\n原文");
    assertThat(ask(template, "text", 2, "en")).isEqualTo("Ask 2 in English\ntext");
    assertThat(template.name()).isEqualTo("inline");
  }

  @Test
  void leavesWhatTheTextHoldsAsItIs() throws BrokenTemplate {
    String hostile = "{text} {#if} {inject:vertx} </script> & {{x}} \\{y";

    assertThat(ask(PromptTemplate.parse("t", "Read:\n{text}", EXAM), hostile, 4, "en"))
        .isEqualTo("Read:\n" + hostile);
  }

  @Test
  void tellsTheLineOfAMistake() {
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "one\ntwo\n{/if}\n{text}", EXAM))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "one\n{#if language}\n{text}", EXAM))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("unterminated section [if]");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "one\n{text}\n{tex}", EXAM))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("It may use {text}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{text}\n{text.length()}",
        "{text}\n{text.getClass().getName()}",
        "{text}\n{questions.class}",
        "{text}\n{#for i in 1000000000}x{/for}",
        "{text}\n{#each text}x{/each}",
        "{text}\n{#include exam-zh /}",
        "{text}\n{#eval text /}",
        "{text}\n{inject:config}",
        "{text}\n{cdi:config}",
        "{text}\n{config:property('quarkus.datasource.password')}",
      })
  void reachesNothingButItsValues(String template) {
    assertThatThrownBy(() -> PromptTemplate.parse("inline", template, EXAM))
        .isInstanceOf(BrokenTemplate.class);
  }

  @Test
  void refusesATemplateWithoutTheText() {
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "Write\n{questions} questions.", EXAM))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("leaves {text} out");
    assertThatThrownBy(
            () -> PromptTemplate.parse("inline", "a\n{#if language == 'zh'}{text}{/if}", EXAM))
        .isInstanceOf(BrokenTemplate.class);
  }

  @Test
  void namesTheTemplatesThereAre() {
    assertThatThrownBy(() -> Templates.find("exams", EXAM, "zh"))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("for the recipe exam; it has exam-zh, exam-en");
  }

  @Test
  void changesItsDigestWithItsText() throws BrokenTemplate {
    assertThat(PromptTemplate.parse("a", "x\n{text}", EXAM).sha256())
        .isNotEqualTo(PromptTemplate.parse("a", "y\n{text}", EXAM).sha256());
  }

  @Test
  void hasASystemMessageAnInstructionAnInputAndAnOutput() throws BrokenTemplate {
    PromptTemplate template =
        PromptTemplate.parse(
            "inline",
            "[system]\n{system}\n[instruction]\nDo: {instruction}\n[input]\n{input}\n[output]\n<{output}>",
            ALPACA);

    assertThat(
            template.render(
                Map.of("system", "Be kind.", "instruction", "Add.", "input", "1 2"), "3", "en"))
        .isEqualTo(new Prompt("Be kind.", "Do: Add.\n1 2", "<3>"));
    assertThat(template.render(Map.of("system", "", "instruction", "Add.", "input", ""), "3", "en"))
        .isEqualTo(new Prompt(null, "Do: Add.", "<3>"));
  }

  @Test
  void refusesSectionsThatCannotBe() {
    assertThatThrownBy(
            () -> PromptTemplate.parse("inline", "[input]\n{input}\n[input]\n{input}", ALPACA))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("section [input] twice");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "{instruction}\n[output]\nyes", ALPACA))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("leaves {output} out");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "{instruction}\n{output}", ALPACA))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("line 2");
    assertThatThrownBy(
            () -> PromptTemplate.parse("inline", "[system]\na\n[instruction]\nb\n{nope}", ALPACA))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("line 5");
  }

  private static String ask(PromptTemplate template, String text, int questions, String language) {
    return template.render(Map.of("text", text, "questions", questions), "out", language).user();
  }
}
