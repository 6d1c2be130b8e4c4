package io.tunemesh.inference.engine;

/** The engine gave no answer: it is not there, or went away. The same call may succeed later. */
public class EngineUnreachable extends RuntimeException {

  public EngineUnreachable(String message, Throwable cause) {
    super(message, cause);
  }
}
