package io.tunemesh.local;

/** Something the user can mend: its message is the one line that is shown. */
public class Fault extends RuntimeException {

  public Fault(String message) {
    super(message);
  }
}
