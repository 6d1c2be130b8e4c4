package io.tunemesh.inference.turn;

import io.quarkus.arc.All;
import io.quarkus.arc.ClientProxy;
import jakarta.inject.Singleton;
import java.util.List;

/** All steps in their order. */
@Singleton
public class Steps {

  private final List<Step> steps;
  private final List<Witness> witnesses;

  Steps(@All List<Step> steps, @All List<Witness> witnesses) {
    // Each call through a bean's proxy looks the bean up, and a turn makes some dozens.
    this.steps = steps.reversed().stream().map(ClientProxy::unwrap).toList();
    this.witnesses = witnesses.stream().map(ClientProxy::unwrap).toList();
  }

  /** The way of {@code turn} through the steps; it begins now. */
  public Passage passage(Turn turn) {
    return new Passage(turn, steps, witnesses);
  }
}
