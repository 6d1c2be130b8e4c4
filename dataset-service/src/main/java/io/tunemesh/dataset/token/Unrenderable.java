package io.tunemesh.dataset.token;

/** A chat template that this service cannot write out exactly as training does. */
final class Unrenderable extends Exception {

  Unrenderable(String reason) {
    super(reason);
  }
}
