package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.platform.live.LiveEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobStreamTest {

  private final JobWatch.Watch watch = new JobWatch(null).watch("batch_1");

  @Test
  void goesNeverBackToAnOlderState() throws InterruptedException {
    JobStream stream =
        new JobStream(
            job(5, JobStatus.IN_PROGRESS),
            0,
            watch,
            job -> Map.of("status", job.status.wire()),
            null);
    assertThat(stream.next()).extracting(LiveEvent::id).containsExactly("6");

    watch.show(job(4, JobStatus.VALIDATING));
    assertThat(stream.next()).isEmpty();
    watch.show(job(5, JobStatus.IN_PROGRESS));
    assertThat(stream.next()).isEmpty();
    watch.show(job(6, JobStatus.FINALIZING));

    assertThat(stream.next())
        .containsExactly(new LiveEvent("7", "status", "{\"status\":\"finalizing\"}"));
  }

  private static RowJob job(long version, JobStatus status) {
    RowJob job = new RowJob();
    job.id = "batch_1";
    job.version = version;
    job.status = status;
    job.rows = new RowCounts(2, 0, 0);
    return job;
  }
}
