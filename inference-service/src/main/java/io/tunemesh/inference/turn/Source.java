package io.tunemesh.inference.turn;

/** How a question came. */
public enum Source {
  HTTP,
  EVENT,
  BATCH,
  /** By us, to compare a model with the one that answered; nobody waits for it or pays for it. */
  SHADOW
}
