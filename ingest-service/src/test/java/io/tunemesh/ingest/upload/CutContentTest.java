package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.platform.testing.Download;
import io.tunemesh.platform.testing.MeshResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A client never takes for whole what the store has no longer whole. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class CutContentTest {

  private static final int BYTES = 1_000_000;

  @ConfigProperty(name = "tunemesh.blobs.root")
  Path store;

  @TestHTTPResource URI service;

  @Test
  void givesWhatIsWhole() throws Exception {
    assertThat(content(upload()).body()).hasSize(BYTES).containsOnly('x');
  }

  @Test
  void breaksOffWhereTheStoreDoes() throws Exception {
    String id = upload();
    try (FileChannel stored = FileChannel.open(stored(id), StandardOpenOption.WRITE)) {
      stored.truncate(BYTES / 2);
    }

    assertBreaksOff(id);
  }

  @Test
  void breaksOffBeforeTheEndOfOtherBytes() throws Exception {
    String id = upload();
    byte[] other = Files.readAllBytes(stored(id));
    other[BYTES / 2] = 'y';
    Files.write(stored(id), other);

    assertBreaksOff(id);
  }

  @Test
  void saysThatTheFaultIsOursWhereNothingWasSentYet() throws Exception {
    String id = Calls.upload(MeshResource.KEY, "small.txt", "some bytes".getBytes());
    Files.writeString(stored(id), "other byte");
    assertFails(id);

    Files.delete(stored(id));
    assertFails(id);
  }

  private void assertFails(String id) throws Exception {
    HttpResponse<byte[]> failed = content(id);
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(new String(failed.body())).contains("internal_error");
    assertThat(failed.headers().firstValue("Content-Disposition")).isEmpty();
  }

  private void assertBreaksOff(String id) {
    Download.assertBreaksOff(address(id));
  }

  private HttpResponse<byte[]> content(String id) throws IOException, InterruptedException {
    return Download.of(address(id));
  }

  private URI address(String id) {
    return service.resolve("/v1/files/" + id + "/content");
  }

  private static String upload() {
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) 'x');
    return Calls.upload(MeshResource.KEY, "a.txt", bytes);
  }

  private Path stored(String id) {
    return store.resolve("uploads/" + id + "/content");
  }
}
