package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Recipes;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleaningTest {

  private static final String LONG =
      "The lighthouse keeper wrote a letter every evening and read it aloud to the sea before bed";

  @Test
  void removesNothingThatNobodyAskedToRemove() throws IOException {
    Cleaning none = new Cleaning(null);

    assertThat(none.remove("a", 2, "a.csv")).isEmpty();
    assertThat(none.remove("a", 3, "a.csv")).isEmpty();
  }

  @Test
  void removesWhatRepeatsAnEarlierExampleAndSaysWhich() throws IOException {
    Cleaning exact = new Cleaning(new Clean("exact", null, null, null));

    assertThat(exact.remove(LONG, 2, "a.csv")).isEmpty();
    assertThat(exact.remove("Something else", 3, "a.csv")).isEmpty();
    assertThat(exact.remove(LONG.toUpperCase(java.util.Locale.ROOT) + " !", 2, "b.csv"))
        .hasValue(new Cleaning.Removal("duplicate", "it repeats row 2 of a.csv"));
    assertThat(exact.remove(LONG.replace("letter", "song"), 3, "b.csv")).isEmpty();
    assertThat(exact.remove("something, else", 4, "b.csv").orElseThrow().reason())
        .endsWith("row 3 of a.csv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "near"})
  void keepsWhatDiffersInMoreThanPunctuation(String duplicates) throws IOException {
    try (Cleaning cleaning = new Cleaning(new Clean(duplicates, null, null, null))) {
      for (String text :
          List.of("it\n-1.5", "it\n15", "it\n1.5", "😀", "😡", "a\n+", "a\n-", "?", "!")) {
        assertThat(cleaning.remove(text, 2, "a.csv")).as(text).isEmpty();
      }
      assertThat(cleaning.remove("It: 15!", 3, "a.csv")).isPresent();
      assertThat(cleaning.remove(" ?", 3, "a.csv")).isPresent();
    }
  }

  @Test
  void removesWhatSaysAlmostTheSame() throws IOException {
    Cleaning near = new Cleaning(new Clean("near", 0.7, null, null));

    assertThat(near.remove(LONG, 2, "a.csv")).isEmpty();
    assertThat(near.remove(LONG.replace("bed", "dawn"), 3, "a.csv"))
        .hasValue(
            new Cleaning.Removal("near_duplicate", "it says almost the same as row 2 of a.csv"));
    assertThat(near.remove("A text about quite another matter, of its own words", 4, "a.csv"))
        .isEmpty();
  }

  @Test
  void countsCharactersAndNotBytes() throws IOException {
    Cleaning length = new Cleaning(new Clean(null, null, 3, 5));

    assertThat(length.remove("三个字", 2, "a.csv")).isEmpty();
    assertThat(length.remove("二字", 3, "a.csv").orElseThrow().code()).isEqualTo("too_short");
    assertThat(length.remove("😀😀😀😀😀", 4, "a.csv")).isEmpty();
    assertThat(length.remove("六个字的句子", 5, "a.csv").orElseThrow().reason())
        .isEqualTo("it has 6 characters, and 5 are the most");
  }

  @Test
  void tellsWhatCannotBeMeant() {
    assertThat(Cleaning.mistakes(null)).isEmpty();
    assertThat(Cleaning.mistakes(new Clean("near", 0.9, 1, 9))).isEmpty();
    assertThat(Cleaning.mistakes(new Clean("exact", 0.9, 9, 1)))
        .extracting(Mistake::field)
        .containsExactly("dataset.clean.similarity", "dataset.clean.min_characters");
  }

  @Test
  void removesAnAnswerOfWhichSpacesThatDoNotBreakAreLeft() throws IOException {
    try (Cleaning cleaning = new Cleaning(new Clean("exact", null, null, null))) {
      RecipeType recipe = Recipes.named("plain_text").orElseThrow();
      assertThat(cleaning.noise(recipe, new Content.Plain("\u00a0")))
          .hasValueSatisfying(removal -> assertThat(removal.code()).isEqualTo("nothing_left"));
      assertThat(cleaning.noise(recipe, new Content.Plain("\u00a0a"))).isEmpty();
    }
  }
}
