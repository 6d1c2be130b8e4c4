package io.tunemesh.platform.blob;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest implements BlobStoreContract {

  @TempDir Path folder;
  private BlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FileBlobStore(folder);
  }

  @Override
  public BlobStore store() {
    return store;
  }
}
