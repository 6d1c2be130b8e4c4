package io.tunemesh.ingest.upload;

/** An upload was to do what its state does not allow. */
public class IllegalTransition extends RuntimeException {

  IllegalTransition(Upload upload, String what) {
    super("the upload " + upload.id() + " is " + upload.status() + " and cannot be " + what);
  }
}
