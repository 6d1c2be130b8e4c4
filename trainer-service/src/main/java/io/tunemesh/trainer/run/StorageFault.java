package io.tunemesh.trainer.run;

import java.io.IOException;

/** The folder of an attempt on this machine takes nothing: its disk is full, or not as it was. */
final class StorageFault extends IOException {

  StorageFault(IOException cause) {
    super("The worker's disk takes no files (%s).".formatted(cause.getMessage()), cause);
  }
}
