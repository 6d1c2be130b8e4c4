package io.tunemesh.dataset.token;

/** A chat that cannot be trained with its model: the template refuses it, or rewrites it. */
final class TurnedDown extends Exception {

  TurnedDown(String reason) {
    super(reason, null, false, false);
  }
}
