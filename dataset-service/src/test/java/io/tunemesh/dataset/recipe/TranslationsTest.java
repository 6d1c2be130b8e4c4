package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;

class TranslationsTest {

  private static final String ROWS = "source\ttarget\n你好\tHello\nGood night\t晚安\nalone\t\n";

  @Test
  void asksForTheTranslation() throws Exception {
    Made made = Sample.tsv(ROWS).read("translation");

    assertThat(made.texts(0)).containsExactly("user: 翻译下面的文本。只写译文。\n你好", "assistant: Hello");
    assertThat(made.texts(1))
        .containsExactly(
            "user: Translate the text below. Write the translation alone.\nGood night",
            "assistant: 晚安");
    assertThat(made.refused().getFirst().cell()).isEqualTo("B4");
  }

  @Test
  void namesTheLanguageThatIsGiven() throws Exception {
    Made made = Sample.tsv(ROWS).with("to", "英文").read("translation");

    assertThat(made.texts(0).getFirst()).startsWith("user: 把下面的文本翻译成英文。");
  }
}
