package io.tunemesh.platform.event;

/** A fault that comes again however often what met it is tried. */
public class LastingFault extends RuntimeException {

  protected LastingFault(String message) {
    super(message);
  }
}
