package io.tunemesh.inference.engine;

/** The engine took a call and was silent for longer than it may be. */
public class EngineTimeout extends RuntimeException {

  public EngineTimeout(String message) {
    super(message);
  }
}
