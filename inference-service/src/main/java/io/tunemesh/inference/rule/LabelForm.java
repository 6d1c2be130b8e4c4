package io.tunemesh.inference.rule;

import io.tunemesh.contract.plan.RulesSpec.Label;
import io.tunemesh.inference.text.Script;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes an answer the one label that it names. */
final class LabelForm {

  private final Label spec;
  private final Map<String, String> byLetters = new HashMap<>();
  private final WordSet labels;

  LabelForm(Label spec) {
    this.spec = spec;
    spec.labels().forEach(label -> byLetters.putIfAbsent(key(label), label));
    this.labels = new WordSet(spec.labels());
  }

  /**
   * The label of {@code answer}: the answer itself, width, case and punctuation aside, or else the
   * only label that occurs in it; of a label within another one, the longer counts.
   *
   * @throws Unfit if there is none, or more than one, and no label for such answers
   */
  String of(String answer) throws Unfit {
    String exact = byLetters.get(key(answer));
    if (exact != null) {
      return exact;
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
        .map(hit -> byLetters.get(key(answer.substring(hit.start(), hit.end()))))
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

  /**
   * What two spellings of a label have in common; a label of signs alone, as {@code +}, is itself.
   */
  private static String key(String text) {
    String letters = Script.letters(text);
    return letters.isEmpty() ? text.strip() : letters;
  }
}
