package io.tunemesh.inference.adapter;

/**
 * Where an adapter stands: {@code PUBLISHED → LOADING → SERVING | REFUSED}, and at last RETIRED. A
 * REFUSED one becomes PUBLISHED again when its owner has it checked again.
 */
public enum AdapterStatus {
  /** Known; not loaded yet, or not to be loaded at all. */
  PUBLISHED,
  /** A replica loads it and replays its probes. */
  LOADING,
  /** It answered as in training; engines are kept filled with it. */
  SERVING,
  /** It cannot be served, for a reason that is told. */
  REFUSED,
  /** Its owner has taken it out of service. */
  RETIRED;

  /** Whether the adapter's name is taken. */
  public boolean isActive() {
    return this == PUBLISHED || this == LOADING || this == SERVING;
  }
}
