package io.tunemesh.inference.turn;

/** How a question came. */
public enum Source {
  HTTP,
  EVENT,
  BATCH
}
