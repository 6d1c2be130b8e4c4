package io.tunemesh.trainer.run;

/** What an attempt is told from outside. */
enum Wish {
  CANCEL,
  PAUSE,
  /** The trainer shuts down. */
  STOP
}
