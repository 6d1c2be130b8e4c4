package io.tunemesh.inference.turn;

/** A bean that is told of the end of every turn, once. */
public interface Witness {

  /** Must not block. */
  void ended(Turn turn, Ending ending);
}
