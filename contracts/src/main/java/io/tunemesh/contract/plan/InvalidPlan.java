package io.tunemesh.contract.plan;

import java.util.List;
import java.util.stream.Collectors;

/** A specification with mistakes; all of them, not only the first. */
public class InvalidPlan extends Exception {

  private final List<Mistake> mistakes;

  public InvalidPlan(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("; ")));
    this.mistakes = List.copyOf(mistakes);
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }
}
