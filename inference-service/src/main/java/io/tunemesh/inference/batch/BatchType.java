package io.tunemesh.inference.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.batch.BatchProgressed;
import io.tunemesh.contract.batch.BatchRequested;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.JobConfig;
import io.tunemesh.inference.job.JobFacts;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.JobType;
import io.tunemesh.inference.job.JobWish;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.job.RowTask;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** OpenAI's batch as a kind of job. */
@ApplicationScoped
class BatchType implements JobType {

  private static final JobFacts FACTS =
      new JobFacts(BatchProgressed::new, BatchCompleted::new, BatchFailed::new);

  private final Turns turns;
  private final BlobStore blobs;
  private final JobConfig config;

  BatchType(Turns turns, BlobStore blobs, JobConfig config) {
    this.turns = turns;
    this.blobs = blobs;
    this.config = config;
  }

  @Override
  public JobKind kind() {
    return JobKind.BATCH;
  }

  @Override
  public JobFacts facts() {
    return FACTS;
  }

  @Override
  public Optional<ByEvent> askedBy(Event event) {
    return event instanceof BatchRequested asked
        ? Optional.of(new ByEvent(asked.requestId(), asked.request()))
        : Optional.empty();
  }

  @Override
  public JobWish read(ObjectNode body) {
    BatchRequest asked = BatchRequest.read(body);
    return new JobWish(
        asked.inputFile(), JsonText.of(asked.spec()), asked.metadata(), asked.time());
  }

  @Override
  public boolean isReady(KnownFile file) {
    return file.content() != null;
  }

  @Override
  public RowTask task(RowJob job, KnownFile file) {
    return new BatchTask(job, spec(job).api(), file.content(), turns, blobs, config);
  }

  @Override
  public Problem expired(RowJob job) {
    return new Problem(
        408,
        "batch_expired",
        "The completion window of %s ended before this request was answered; send it again."
            .formatted(spec(job).completionWindow()),
        null);
  }

  static BatchRequest.Spec spec(RowJob job) {
    return JsonText.read(job.spec(), BatchRequest.Spec.class);
  }
}
