package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Example;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownTest {

  private final Known known = new Known(text -> text);

  @Test
  void refusesWhatIsMeasuredOnInWhateverSpelling() {
    known.measure(example("It rained, all day.", "a"));

    assertThat(known.refusal(Method.SYNONYMS, example("it rained all DAY", "b")))
        .contains(Known.MEASURED);
    assertThat(known.refusal(Method.SHUFFLE_OPTIONS, example("it rained all DAY", "b")))
        .contains(Known.MEASURED);
  }

  @Test
  void refusesWhatIsThere() {
    known.train(example("It rained.", "a"));

    assertThat(known.refusal(Method.GENERATE, example("it rained", "b"))).contains(Known.DUPLICATE);
    assertThat(known.refusal(Method.SHUFFLE_OPTIONS, example("It rained.", "a")))
        .contains(Known.DUPLICATE);
    assertThat(known.refusal(Method.SHUFFLE_OPTIONS, example("it rained", "b"))).isEmpty();
    assertThat(known.refusal(Method.SHUFFLE_OPTIONS, example("it rained", "b")))
        .contains(Known.DUPLICATE);
  }

  @Test
  void remembersWhatWasMade() {
    assertThat(known.refusal(Method.GENERATE, example("Snow", "a"))).isEmpty();
    assertThat(known.refusal(Method.GENERATE, example("snow!", "b"))).contains(Known.DUPLICATE);
  }

  @Test
  void tellsTextsWithoutLettersApart() {
    known.train(example("+", "a"));

    assertThat(known.refusal(Method.GENERATE, example("-", "a"))).isEmpty();
    assertThat(known.refusal(Method.GENERATE, example("+", "b"))).contains(Known.DUPLICATE);
  }

  @Test
  void marksAreASet() {
    Marks marks = new Marks();
    Set<Long> set = new HashSet<>();
    Random random = new Random(7);

    for (int i = 0; i < 20_000; i++) {
      long number = i % 3 == 0 ? random.nextInt(500) : random.nextLong();
      assertThat(marks.has(number)).isEqualTo(set.contains(number));
      assertThat(marks.add(number)).isEqualTo(set.add(number));
    }
    assertThat(set).allMatch(marks::has);
  }

  private static Example example(String text, String label) {
    return Seeds.done(
        new Form(Seeds.type("text_classification"), null)
            .read(Map.of("text", text, "label", label)));
  }
}
