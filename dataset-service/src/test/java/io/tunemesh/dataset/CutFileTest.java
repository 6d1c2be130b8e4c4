package io.tunemesh.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.Download;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A client never takes a file of a dataset for whole that the store has no longer whole. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class CutFileTest {

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  @TestHTTPResource URI service;

  @Test
  void breaksOffWhereTheStoreDoes() throws Exception {
    String run = Mesh.newRun();
    mesh.tell(
        run, Workbooks.english(blobs, "file-" + run, "e.xlsx", 200, new Plan(null, null, null)));
    DatasetBuilt built = mesh.built(run);
    BlobRef lines = built.train().lines();
    byte[] whole;
    try (InputStream in = blobs.open(lines)) {
      whole = in.readAllBytes();
    }
    URI train = service.resolve("/v1/datasets/" + built.datasetId() + "/files/train");
    assertThat(Download.of(train).body()).isEqualTo(whole);

    blobs.put(lines.key(), new ByteArrayInputStream(Arrays.copyOf(whole, whole.length * 3 / 4)));

    Download.assertBreaksOff(train);
  }
}
