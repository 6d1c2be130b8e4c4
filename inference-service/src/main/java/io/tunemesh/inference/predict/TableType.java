package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.prediction.PredictionCompleted;
import io.tunemesh.contract.prediction.PredictionFailed;
import io.tunemesh.contract.prediction.PredictionProgressed;
import io.tunemesh.contract.prediction.PredictionRequested;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.JobConfig;
import io.tunemesh.inference.job.JobFacts;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.JobType;
import io.tunemesh.inference.job.JobWish;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.job.RowTask;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The table job as a kind of job. */
@ApplicationScoped
class TableType implements JobType {

  private static final JobFacts FACTS =
      new JobFacts(PredictionProgressed::new, PredictionCompleted::new, PredictionFailed::new);

  private final RowQuestion asking;
  private final JobConfig config;

  TableType(RowQuestion asking, JobConfig config) {
    this.asking = asking;
    this.config = config;
  }

  @Override
  public JobKind kind() {
    return JobKind.PREDICTION;
  }

  @Override
  public JobFacts facts() {
    return FACTS;
  }

  @Override
  public Optional<ByEvent> askedBy(Event event) {
    return event instanceof PredictionRequested asked
        ? Optional.of(new ByEvent(asked.requestId(), asked.request()))
        : Optional.empty();
  }

  @Override
  public JobWish read(ObjectNode body) {
    PredictionRequest asked = PredictionRequest.read(body);
    return new JobWish(asked.file(), JsonText.of(asked.spec()), asked.metadata(), asked.time());
  }

  @Override
  public boolean isReady(KnownFile file) {
    return file.records() != null;
  }

  @Override
  public RowTask task(RowJob job, KnownFile file) {
    return new TableTask(job, spec(job), file, asking, config.maxTableRows());
  }

  @Override
  public Problem expired(RowJob job) {
    return new Problem(
        408, "expired", "The job's time ended before this row was answered; ask it again.", null);
  }

  static PredictionSpec spec(RowJob job) {
    return JsonText.read(job.spec(), PredictionSpec.class);
  }
}
