package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A batch, a table job and a feedback on a whole mesh, from the upload to the download. */
class BatchIT {

  @Test
  void theUnmodifiedSdkGetsItsFilesAndAThumbBecomesARow() throws Exception {
    try (LocalMesh mesh = LocalMesh.start()) {
      assertThat(mesh.python("batch_and_feedback.py")).contains("done");
    }
  }
}
