package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.PartCalls.complete;
import static io.tunemesh.ingest.upload.PartCalls.create;
import static io.tunemesh.ingest.upload.PartCalls.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.arc.ClientProxy;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes on while a store takes long to take the bytes of files that came in parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class SlowStoreTest {

  private static final byte[] CSV = Documents.utf8("text,label\n好,1\n坏,0\nfine,1\n");

  /** One more than there are connections to the database. */
  private static final int MANY = 13;

  @Inject BlobStore blobs;

  private final CountDownLatch came = new CountDownLatch(MANY);
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final ExecutorService clients = Executors.newCachedThreadPool();

  @BeforeEach
  void slowDown() {
    BlobStore real = (BlobStore) ClientProxy.unwrap(blobs);
    QuarkusMock.installMockForType(new Slow(real), BlobStore.class);
  }

  @AfterEach
  void end() {
    goOn.countDown();
    clients.shutdown();
  }

  @Test
  void answersWhileMoreFilesArePutTogetherThanThereAreConnections() throws Exception {
    List<Future<Response>> ends = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String id = create("a.csv", CSV.length);
      String part = send(id, CSV);
      ends.add(clients.submit(() -> complete(id, List.of(part), null)));
    }
    assertThat(came.await(Calls.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    as(MeshResource.KEY).get("/v1/files").then().statusCode(200);

    goOn.countDown();
    for (Future<Response> end : ends) {
      end.get().then().statusCode(200).body("status", equalTo("completed"));
    }
  }

  @Test
  void makesNoFileOfAnUploadThatIsCancelledMeanwhile() throws Exception {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);
    Future<Response> end = clients.submit(() -> complete(id, List.of(part), null));
    assertThat(first.await(Calls.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    as(MeshResource.KEY).post("/v1/uploads/" + id + "/cancel").then().statusCode(200);
    goOn.countDown();

    end.get().then().statusCode(400).body("error.code", equalTo("upload_not_pending"));
    as(MeshResource.KEY)
        .get("/v1/uploads/" + id)
        .then()
        .body("status", equalTo("cancelled"))
        .body("file", equalTo(null));
    assertThat(blobs.list(Path.of(PartUpload.fileKey(id)).getParent().toString())).isEmpty();
  }

  /** Stores no content of a file before it may go on. */
  private final class Slow implements BlobStore {
    private final BlobStore real;

    Slow(BlobStore real) {
      this.real = real;
    }

    @Override
    public BlobRef put(String key, InputStream content) throws IOException {
      if (key.endsWith("/content")) {
        came.countDown();
        first.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return real.put(key, content);
    }

    @Override
    public BlobRef take(String key, Path file) throws IOException {
      return real.take(key, file);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) throws IOException {
      return real.putIfAbsent(key, content);
    }

    @Override
    public InputStream open(BlobRef ref) throws IOException {
      return real.open(ref);
    }

    @Override
    public byte[] read(BlobRef part, long offset) throws IOException {
      return real.read(part, offset);
    }

    @Override
    public void delete(String key) throws IOException {
      real.delete(key);
    }

    @Override
    public List<Stored> list(String folder) throws IOException {
      return real.list(folder);
    }
  }
}
