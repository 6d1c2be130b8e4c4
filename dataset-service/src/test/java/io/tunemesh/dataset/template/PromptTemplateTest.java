package io.tunemesh.dataset.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {

  @Test
  void hasAChineseTemplateThatExaminesWhatChineseExamsExamine() throws BrokenTemplate {
    String prompt = Templates.find(null, "exam", "zh").render("山高水长。", 3, "zh");

    assertThat(prompt).contains("命制 3 道单项选择题", "重要概念", "重要句子", "论证方法").endsWith("阅读文本：\n山高水长。");
  }

  @Test
  void hasAnEnglishTemplateThatExaminesWhatEnglishExamsExamine() throws BrokenTemplate {
    PromptTemplate template = Templates.find("exam", "exam", "en");

    assertThat(template.render("A text.", 4, "en"))
        .contains("Write 4 single-choice questions", "main idea", "specific information", "context")
        .endsWith("Reading text:\nA text.");
    assertThat(template.render("A text.", 1, "en"))
        .contains("Write 1 single-choice question about");
  }

  @Test
  void takesATemplateThatIsCarriedInline() throws BrokenTemplate {
    PromptTemplate template =
        Templates.find(
            "Ask {questions} in {#if language == 'zh'}中文{#else}English{/if}\n{text}", "exam", "zh");

    assertThat(template.render("原文", 2, "zh")).isEqualTo("Ask 2 in 中文\n原文");
    assertThat(template.render("text", 2, "en")).isEqualTo("Ask 2 in English\ntext");
    assertThat(template.name()).isEqualTo("inline");
  }

  @Test
  void leavesWhatTheTextHoldsAsItIs() throws BrokenTemplate {
    String hostile = "{text} {#if} {inject:vertx} </script> & {{x}} \\{y";

    assertThat(PromptTemplate.parse("t", "Read:\n{text}").render(hostile, 4, "en"))
        .isEqualTo("Read:\n" + hostile);
  }

  @Test
  void tellsTheLineOfAMistake() {
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "one\ntwo\n{/if}\n{text}"))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "one\n{#if language}\n{text}"))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("unterminated section [if]");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "one\n{text}\n{tex}"))
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
    assertThatThrownBy(() -> PromptTemplate.parse("inline", template))
        .isInstanceOf(BrokenTemplate.class);
  }

  @Test
  void refusesATemplateWithoutTheText() {
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "Write\n{questions} questions."))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("put {text}");
    assertThatThrownBy(() -> PromptTemplate.parse("inline", "a\n{#if language == 'zh'}{text}{/if}"))
        .isInstanceOf(BrokenTemplate.class);
  }

  @Test
  void namesTheTemplatesThereAre() {
    assertThatThrownBy(() -> Templates.find("exams", "exam", "zh"))
        .isInstanceOf(BrokenTemplate.class)
        .hasMessageContaining("there are exam and exam-zh, exam-en");
  }

  @Test
  void changesItsDigestWithItsText() throws BrokenTemplate {
    assertThat(PromptTemplate.parse("a", "x\n{text}").sha256())
        .isNotEqualTo(PromptTemplate.parse("a", "y\n{text}").sha256());
  }
}
