package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.Claim;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose fault it is when a file cannot be brought here: an attempt for this disk's, none else. */
class WorkspaceTest {

  private static final Claim CLAIM = new Claim("ftjob-1", 1, "here");
  private static final BlobRef REF = new BlobRef("train.jsonl", "0".repeat(64), 3L);
  private static final DatasetBuilt DATASET = dataset();

  @TempDir Path work;

  private static DatasetBuilt dataset() {
    DatasetBuilt.Part train = new DatasetBuilt.Part(REF, 1);
    return new DatasetBuilt("ds-1", null, "sft", null, REF, train, null, null, 1, 1, 0, null);
  }

  private static BlobStore blobs(InputStream opened) {
    return (BlobStore)
        Proxy.newProxyInstance(
            WorkspaceTest.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (store, method, arguments) -> opened);
  }

  @Test
  void aFolderThatCannotBeMadeIsThisMachines() throws IOException {
    Path file = Files.writeString(work.resolve("file"), "no folder");
    assertThatThrownBy(() -> new Workspace(blobs(null), file, CLAIM))
        .isInstanceOf(StorageFault.class)
        .hasMessageContaining("disk");
  }

  @Test
  void aFullDiskIsThisMachines() throws IOException {
    try (Workspace space =
        new Workspace(blobs(new ByteArrayInputStream(new byte[3])), work, CLAIM)) {
      Path data = Files.createDirectories(space.folder().resolve("data"));
      Files.createSymbolicLink(data.resolve("train.jsonl"), Path.of("/dev/full"));
      assertThatThrownBy(() -> space.dataset(DATASET))
          .isInstanceOf(StorageFault.class)
          .hasMessageContaining("No space left");
    }
  }

  @Test
  void aStoreThatBreaksOffIsNot() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("cut off");
          }
        };
    try (Workspace space = new Workspace(blobs(broken), work, CLAIM)) {
      assertThatThrownBy(() -> space.dataset(DATASET))
          .isNotInstanceOf(StorageFault.class)
          .hasMessage("cut off");
    }
  }
}
