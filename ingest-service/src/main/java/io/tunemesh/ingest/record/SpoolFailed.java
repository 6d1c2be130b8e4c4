package io.tunemesh.ingest.record;

import java.io.IOException;

/** Our own disk did not take what was to be written: a fault of ours, never of the file. */
public class SpoolFailed extends RuntimeException {

  public SpoolFailed(IOException cause) {
    super("the spool folder cannot be written: " + cause.getMessage(), cause);
  }
}
