package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.LeaseLost;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The states of an upload, without a database. */
class UploadTest {

  private static final NewUpload ASKED =
      new NewUpload("file-1", new Scope("acme", "run-1"), "a.xlsx", "fine-tune", null, null);
  private static final BlobRef CONTENT = new BlobRef("uploads/file-1/content", "ab", 7L);

  @Test
  void goesFromRequestedToParsed() {
    Upload upload = Upload.requested(ASKED, new BlobRef("incoming/acme/a", null, null));

    upload.lease("w", Instant.now());
    upload.received(1, CONTENT);
    upload.lease("w", Instant.now());
    assertThat(upload.status()).isEqualTo(UploadStatus.PARSING);
    upload.parsed(2, new BlobRef(upload.recordsKey(2), "cd", 9L), 3);

    assertThat(upload.status()).isEqualTo(UploadStatus.PARSED);
    assertThatThrownBy(() -> upload.lease("w", Instant.now()))
        .isInstanceOf(IllegalTransition.class)
        .hasMessageContaining("PARSED");
  }

  @Test
  void changesNothingForAWorkerThatLostItsLease() {
    Upload upload = Upload.received(ASKED, CONTENT);
    upload.lease("first", Instant.now());
    upload.lease("second", Instant.now());

    assertThatThrownBy(() -> upload.parsed(1, CONTENT, 3)).isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> upload.reject(1, "c", "r")).isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> upload.release(1, Instant.now(), true)).isInstanceOf(LeaseLost.class);

    assertThat(upload.status()).isEqualTo(UploadStatus.PARSING);
    assertThat(upload.crashes()).isEqualTo(1);
    upload.reject(2, "damaged", "save it anew");
    assertThat(upload.status()).isEqualTo(UploadStatus.REJECTED);
  }

  @Test
  void countsAFaultButNoCrashWhenAWorkerGivesItBack() {
    Upload upload = Upload.received(ASKED, CONTENT);
    upload.lease("w", Instant.now());

    upload.release(1, Instant.now(), true);
    upload.lease("w", Instant.now());

    assertThat(upload.faults()).isEqualTo(1);
    assertThat(upload.crashes()).isZero();
    assertThat(upload.fence()).isEqualTo(2);
  }

  @Test
  void isDeletedOnceAndForAll() {
    Upload upload = Upload.received(ASKED, CONTENT);
    upload.lease("w", Instant.now());

    upload.delete();

    assertThatThrownBy(() -> upload.parsed(1, CONTENT, 3)).isInstanceOf(LeaseLost.class);
    assertThatThrownBy(upload::delete).isInstanceOf(IllegalTransition.class);
  }
}
