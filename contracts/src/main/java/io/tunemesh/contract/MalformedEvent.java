package io.tunemesh.contract;

/**
 * A record that is no event of the contract. Trying again cannot help: it belongs in the
 * dead-letter topic.
 */
public class MalformedEvent extends RuntimeException {

  public MalformedEvent(String message) {
    super(message);
  }

  public MalformedEvent(String message, Throwable cause) {
    super(message, cause);
  }
}
