package io.tunemesh.platform.blob;

import java.io.IOException;

/** There is no blob under that key. */
public class BlobNotFound extends IOException {

  public BlobNotFound(String key) {
    super("no blob under the key " + key);
  }
}
