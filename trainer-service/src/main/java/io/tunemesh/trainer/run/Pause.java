package io.tunemesh.trainer.run;

/** Waits a little in a thread that nobody interrupts but to end it. */
final class Pause {

  private Pause() {}

  static void of(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
