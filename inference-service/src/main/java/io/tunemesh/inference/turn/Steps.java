package io.tunemesh.inference.turn;

import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** All steps in their order. */
@ApplicationScoped
public class Steps {

  private final List<Step> steps;
  private final List<Witness> witnesses;

  Steps(@All List<Step> steps, @All List<Witness> witnesses) {
    this.steps = steps.reversed();
    this.witnesses = witnesses;
  }

  /** The way of {@code turn} through the steps; it begins now. */
  public Passage passage(Turn turn) {
    return new Passage(turn, steps, witnesses);
  }
}
