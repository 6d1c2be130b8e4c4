package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.ingest.upload.Upload;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParseWorkersTest {

  private final List<String> purged = new ArrayList<>();

  @Test
  void purgesTheOthersWhereOneCannotBe() {
    Leases two =
        new Leases(null, null, null, null) {
          @Override
          public List<Upload> toPurge() {
            return List.of(new Deleted("file-bad"), new Deleted("file-good"));
          }

          @Override
          public void purged(String id, boolean gone) {
            purged.add(id);
          }
        };
    BlobStore away =
        (BlobStore)
            Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (self, method, args) -> {
                  if (args[0].equals("uploads/file-bad/content")) {
                    throw new IOException("away");
                  }
                  return null;
                });

    assertThatThrownBy(() -> new ParseWorkers(null, two, null, away, null, null, null).purge())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("away");
    assertThat(purged).containsExactly("file-good");
  }

  private static final class Deleted extends Upload {

    private final String name;

    private Deleted(String name) {
      this.name = name;
    }

    @Override
    public String id() {
      return name;
    }

    @Override
    public String contentKey() {
      return "uploads/" + name + "/content";
    }
  }
}
