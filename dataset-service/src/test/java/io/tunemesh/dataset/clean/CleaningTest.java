package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.Mistake;
import org.junit.jupiter.api.Test;

class CleaningTest {

  private static final String LONG =
      "The lighthouse keeper wrote a letter every evening and read it aloud to the sea before bed";

  @Test
  void removesNothingThatNobodyAskedToRemove() {
    Cleaning none = new Cleaning(null);

    assertThat(none.remove("a", "row 2")).isEmpty();
    assertThat(none.remove("a", "row 3")).isEmpty();
  }

  @Test
  void removesWhatRepeatsAnEarlierExampleAndSaysWhich() {
    Cleaning exact = new Cleaning(new Clean("exact", null, null, null));

    assertThat(exact.remove(LONG, "row 2 of a.csv")).isEmpty();
    assertThat(exact.remove("Something else", "row 3 of a.csv")).isEmpty();
    assertThat(exact.remove(LONG.toUpperCase(java.util.Locale.ROOT) + " !", "row 2 of b.csv"))
        .hasValue(new Cleaning.Removal("duplicate", "it repeats row 2 of a.csv"));
    assertThat(exact.remove(LONG.replace("letter", "song"), "row 3 of b.csv")).isEmpty();
    assertThat(exact.remove("something, else", "row 4 of b.csv").orElseThrow().reason())
        .endsWith("row 3 of a.csv");
  }

  @Test
  void removesWhatSaysAlmostTheSame() {
    Cleaning near = new Cleaning(new Clean("near", 0.7, null, null));

    assertThat(near.remove(LONG, "row 2")).isEmpty();
    assertThat(near.remove(LONG.replace("bed", "dawn"), "row 3"))
        .hasValue(new Cleaning.Removal("near_duplicate", "it says almost the same as row 2"));
    assertThat(near.remove("A text about quite another matter, of its own words", "row 4"))
        .isEmpty();
  }

  @Test
  void countsCharactersAndNotBytes() {
    Cleaning length = new Cleaning(new Clean(null, null, 3, 5));

    assertThat(length.remove("三个字", "row 2")).isEmpty();
    assertThat(length.remove("二字", "row 3").orElseThrow().code()).isEqualTo("too_short");
    assertThat(length.remove("😀😀😀😀😀", "row 4")).isEmpty();
    assertThat(length.remove("六个字的句子", "row 5").orElseThrow().reason())
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
}
