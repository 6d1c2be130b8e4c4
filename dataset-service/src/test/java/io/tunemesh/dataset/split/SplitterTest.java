package io.tunemesh.dataset.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.plan.DatasetSpec;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitterTest {

  private static final Splitter DEFAULT = Splitter.of(null);

  @Test
  void keepsEveryRowInItsPartWhenRowsAreAddedAndShuffled() {
    List<String> few = texts(0, 200);
    Map<String, Part> before = parts(DEFAULT, few);

    List<String> many = texts(0, 5000);
    Collections.shuffle(many, new Random(7));
    Map<String, Part> after = parts(DEFAULT, many);

    before.forEach((text, part) -> assertThat(after).containsEntry(text, part));
  }

  @Test
  void meetsItsSharesOnManyRows() {
    Map<Part, Long> counts = new EnumMap<>(Part.class);
    texts(0, 20_000).forEach(text -> counts.merge(DEFAULT.part(text), 1L, Long::sum));

    assertThat(counts.get(Part.TEST)).isBetween(1850L, 2150L);
    assertThat(counts.get(Part.VALIDATION)).isBetween(1850L, 2150L);
  }

  @Test
  void putsTheSameTextInTheSamePartHoweverItIsTyped() {
    for (int i = 0; i < 300; i++) {
      String typed = "The River " + i + ", it said: \"Home\"。";
      String again = " the  river　" + i + " it said “home” .\n";
      assertThat(DEFAULT.part(again)).isEqualTo(DEFAULT.part(typed));
    }
  }

  @Test
  void leavesTheTestPartAloneWhenOnlyTheValidationShareChanges() {
    Splitter more = Splitter.of(new DatasetSpec.Split(0.3, null, null));

    texts(0, 2000)
        .forEach(
            text ->
                assertThat(more.part(text) == Part.TEST)
                    .isEqualTo(DEFAULT.part(text) == Part.TEST));
  }

  @Test
  void choosesOthersByAnotherSalt() {
    Splitter salted = Splitter.of(new DatasetSpec.Split(null, null, "2026"));

    assertThat(texts(0, 500)).anyMatch(text -> salted.part(text) != DEFAULT.part(text));
  }

  @Test
  void trainsOnEverythingWhenTheSharesAreNone() {
    Splitter none = Splitter.of(new DatasetSpec.Split(0.0, 0.0, null));

    assertThat(texts(0, 500)).allMatch(text -> none.part(text) == Part.TRAIN);
  }

  @Test
  void refusesSharesThatLeaveNothingToTrainOn() {
    assertThat(new Splitter(0.6, 0.4, "").mistake()).isPresent();
    assertThat(new Splitter(0.5, 0.4, "").mistake()).isEmpty();
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "reading text number " + i)
        .collect(Collectors.toList());
  }

  private static Map<String, Part> parts(Splitter splitter, List<String> texts) {
    Map<String, Part> parts = new HashMap<>();
    texts.forEach(text -> parts.put(text, splitter.part(text)));
    return parts;
  }
}
