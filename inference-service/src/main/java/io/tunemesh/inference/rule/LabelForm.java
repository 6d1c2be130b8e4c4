package io.tunemesh.inference.rule;

import io.tunemesh.contract.plan.RulesSpec.Label;
import io.tunemesh.inference.text.Script;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes an answer the one label that it names. */
final class LabelForm {

  private final Label spec;
  private final Map<String, String> byText = new HashMap<>();

  /** Of labels that differ in signs alone, as {@code 1} and {@code -1}, letters name none. */
  private final Map<String, Optional<String>> byLetters = new HashMap<>();

  private final WordSet labels;

  LabelForm(Label spec) {
    this.spec = spec;
    for (String label : spec.labels()) {
      byText.putIfAbsent(folded(label), label);
      byLetters.merge(Script.letters(label), Optional.of(label), (one, other) -> Optional.empty());
    }
    this.labels = new WordSet(spec.labels());
  }

  /**
   * The label of {@code answer}: the answer itself, width, case and punctuation aside, or else the
   * only label that occurs in it; of a label within another one, the longer counts.
   *
   * @throws Unfit if there is none, or more than one, and no label for such answers
   */
  String of(String answer) throws Unfit {
    String exact = byText.get(folded(answer));
    if (exact != null) {
      return exact;
    }
    String letters = Script.letters(answer);
    Optional<String> spelled = letters.isEmpty() ? null : byLetters.get(letters);
    if (spelled != null && spelled.isPresent()) {
      return spelled.get();
    }
    Set<String> named = named(answer);
    if (named.size() == 1) {
      return named.iterator().next();
    }
    if (spec.otherwise() != null) {
      return spec.otherwise();
    }
    throw new Unfit(
        "no_label",
        named.isEmpty()
            ? "The answer names none of the labels " + shown() + "; ask again or in other words."
            : "The answer names several labels ("
                + String.join(", ", named)
                + "); ask again or in other words.");
  }

  private Set<String> named(String answer) {
    List<WordSet.Hit> hits = labels.in(answer, (char) 0, true);
    return hits.stream()
        .filter(hit -> hits.stream().noneMatch(other -> contains(other, hit)))
        .map(hit -> byText.get(folded(answer.substring(hit.start(), hit.end()))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean contains(WordSet.Hit outer, WordSet.Hit inner) {
    return !outer.equals(inner) && outer.start() <= inner.start() && outer.end() >= inner.end();
  }

  private String shown() {
    List<String> all = spec.labels();
    return all.size() <= 10
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, 10)) + " and %d more".formatted(all.size() - 10);
  }

  /** A text as {@link WordSet} knows it: width and case aside. */
  private static String folded(String text) {
    return Script.folded(text).strip();
  }
}
