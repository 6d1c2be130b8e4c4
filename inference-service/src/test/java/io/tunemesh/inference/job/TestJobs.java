package io.tunemesh.inference.job;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Jobs in the state in which a replica works on them. */
final class TestJobs {

  private TestJobs() {}

  /** A batch that has begun, claimed for {@code lease} by a replica that is not there. */
  static Claim claimed(String id, String file, int rows, Duration lease, Consumer<RowJob> change) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              JobWish wish =
                  new JobWish(
                      file,
                      "{\"endpoint\": \"/v1/chat/completions\", \"completion_window\": \"1h\"}",
                      null,
                      Duration.ofHours(1));
              Scope scope = new Scope("acme", null);
              RowJob job =
                  RowJob.of(
                      new NewJob(id, JobKind.BATCH, scope, "test", null, wish), Instant.now());
              job.begin(rows, Instant.now());
              Claim claim = job.lease.take(id, "dead", Instant.now().plus(lease));
              job.persistAndFlush();
              change.accept(job);
              return claim;
            });
  }
}
