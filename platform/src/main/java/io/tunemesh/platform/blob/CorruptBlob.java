package io.tunemesh.platform.blob;

import java.io.IOException;

/** A blob's bytes are not those that its digest was made of. */
public class CorruptBlob extends IOException {

  public CorruptBlob(String key, String expected, String found) {
    super("the blob " + key + " has the digest " + found + " where " + expected + " was stored");
  }
}
