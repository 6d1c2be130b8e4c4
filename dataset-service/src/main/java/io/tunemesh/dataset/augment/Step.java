package io.tunemesh.dataset.augment;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Augment;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a source's {@code augment}.
 *
 * @param source the position among the specification's sources
 * @param index the position in that source's list
 */
public record Step(int source, int index, Method method, Augment wish) {

  /** All of a specification, in its order. */
  public static List<Step> of(DatasetSpec spec) {
    List<Step> steps = new ArrayList<>();
    for (int source = 0; source < spec.sources().size(); source++) {
      List<Augment> wishes = spec.sources().get(source).augment();
      for (int i = 0; wishes != null && i < wishes.size(); i++) {
        steps.add(new Step(source, i, Method.named(wishes.get(i).method()), wishes.get(i)));
      }
    }
    return steps;
  }

  /** The word lists that a specification names as files, each once, in its order. */
  public static List<String> wordFiles(DatasetSpec spec) {
    return of(spec).stream()
        .map(step -> step.wish().wordsFile())
        .filter(file -> file != null)
        .distinct()
        .toList();
  }

  /** How many examples are to be made of each. */
  public int copies() {
    return wish.copies() == null ? 1 : wish.copies();
  }

  /** What tells it from the others of its specification. */
  String key() {
    return source + "." + index;
  }

  /** Where a part of it stands in a plan. */
  public String field(String name) {
    return "dataset.sources[%d].augment[%d].%s".formatted(source, index, name);
  }
}
