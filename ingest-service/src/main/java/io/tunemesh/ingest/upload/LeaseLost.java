package io.tunemesh.ingest.upload;

/** Another worker has the upload, or nobody needs it any more: what was done for it is void. */
public class LeaseLost extends RuntimeException {

  public LeaseLost(String id, int fence) {
    super("the lease " + fence + " of the upload " + id + " is over");
  }
}
