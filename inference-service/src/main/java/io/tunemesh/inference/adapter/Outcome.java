package io.tunemesh.inference.adapter;

/** What came of loading and checking an adapter. */
sealed interface Outcome {

  /** It is loaded and gave all its {@code probes} answers again. */
  record Same(int probes) implements Outcome {}

  /** It cannot be served: {@code reason} says why, for people. */
  record Refused(String code, String reason) implements Outcome {}

  /** It could not be found out now. A {@code fault} may be the adapter's own. */
  record Later(String reason, boolean fault) implements Outcome {}
}
