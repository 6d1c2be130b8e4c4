package io.tunemesh.trainer.job;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.Lease;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * A training job as a state machine: {@code VALIDATING → QUEUED → RUNNING → SUCCEEDED | FAILED |
 * CANCELLED}, with {@code PAUSED} beside; a failed one may be queued once more. Only its methods
 * write its fields; each refuses a transition that is not allowed. Sections of JSON are kept as
 * text.
 */
@Entity
@Table(name = "training_job")
public class TrainingJob extends PanacheEntityBase {

  @Id public String id;
  @Version public long version;
  public String tenant;
  public String run;
  public String traceparent;

  @Enumerated(EnumType.STRING)
  public JobStatus status;

  @Enumerated(EnumType.STRING)
  public Wanted wanted;

  public String model;

  @Column(name = "training_file")
  public String trainingFile;

  @Column(name = "dataset_id")
  public String datasetId;

  public String suffix;
  public String spec;

  @Column(name = "learning_rate_multiplier")
  public Double learningRateMultiplier;

  public String serve;
  public String metadata;
  public String dataset;

  @Column(name = "created_at")
  public Instant createdAt;

  @Column(name = "queued_at")
  public Instant queuedAt;

  @Column(name = "started_at")
  public Instant startedAt;

  @Column(name = "finished_at")
  public Instant finishedAt;

  @Column(name = "estimated_finish")
  public Instant estimatedFinish;

  /** Its fence is the number of the newest attempt; every write of an attempt carries its own. */
  @Embedded public Lease lease = new Lease();

  /** Attempts that ended without a new checkpoint, since the last one that made one. */
  public int failures;

  @Column(name = "not_before")
  public Instant notBefore;

  /** Where the last attempt failed; null if it did not. */
  @Column(name = "failed_on")
  public String failedOn;

  @Enumerated(EnumType.ORDINAL)
  @JdbcTypeCode(SqlTypes.SMALLINT)
  public Priority priority;

  /** The job whose settings this one took over; null for one of its own. */
  @Column(name = "rerun_of")
  public String rerunOf;

  public String stage;
  public long step;
  public long steps;

  /** Null as long as it has none. */
  @Embedded public Outcome outcome;

  /** Whether the adapter that came of it is deleted; its files go soon. */
  @Column(name = "adapter_deleted")
  public boolean adapterDeleted;

  /** A new job that waits for its dataset. */
  static TrainingJob open(NewJob wish, String model, Instant now) {
    TrainingJob job = new TrainingJob();
    job.id = wish.id();
    job.tenant = wish.scope().tenant();
    job.run = wish.scope().run();
    job.traceparent = wish.scope().traceparent();
    job.status = JobStatus.VALIDATING;
    job.model = plain(model);
    job.trainingFile = wish.trainingFile();
    job.datasetId = wish.datasetId();
    job.suffix = plain(wish.spec().suffix());
    job.priority = Priority.of(wish.spec().priority());
    job.rerunOf = wish.rerunOf();
    job.spec = JsonText.of(wish.spec());
    job.learningRateMultiplier = wish.learningRateMultiplier();
    job.serve = JsonText.of(wish.serve());
    job.metadata = JsonText.of(wish.metadata());
    job.createdAt = micros(now);
    return job;
  }

  /** A name that an event has, as the database keeps it; with control characters it is refused. */
  private static String plain(String name) {
    return name == null ? null : name.replaceAll("\\p{Cntrl}", "\uFFFD");
  }

  void queue(DatasetBuilt built, Instant now) {
    move("queued", JobStatus.QUEUED, JobStatus.VALIDATING);
    dataset = JsonText.of(built);
    queuedAt = micros(now);
  }

  /** Gives the job to {@code owner} under a new fence. A running job is taken from its holder. */
  Claim claim(String owner, Instant now, Duration lease) {
    boolean abandoned = status == JobStatus.RUNNING;
    move("claimed", JobStatus.RUNNING, JobStatus.QUEUED, JobStatus.RUNNING);
    failures += abandoned ? 1 : 0;
    startedAt = startedAt == null ? micros(now) : startedAt;
    notBefore = null;
    failedOn = null;
    return this.lease.take(id, owner, micros(now.plus(lease)));
  }

  /** Puts the job back so that any worker may take it, at once or after a time. */
  void requeue(boolean failed, Instant notBefore) {
    move("queued again", JobStatus.QUEUED, JobStatus.RUNNING);
    failures += failed ? 1 : 0;
    failedOn = failed ? lease.owner() : null;
    this.notBefore = notBefore == null ? null : micros(notBefore);
    letGo();
  }

  void pause() {
    move("paused", JobStatus.PAUSED, JobStatus.QUEUED, JobStatus.RUNNING);
    letGo();
  }

  void resume(Instant now) {
    move("resumed", JobStatus.QUEUED, JobStatus.PAUSED);
    failures = 0;
    notBefore = null;
    queuedAt = micros(now);
  }

  /** A job that has failed goes on as one that was paused. */
  void reopen(Instant now) {
    move("resumed", JobStatus.QUEUED, JobStatus.FAILED);
    failures = 0;
    failedOn = null;
    notBefore = null;
    finishedAt = null;
    outcome = null;
    queuedAt = micros(now);
  }

  void cancel(Instant now) {
    end("cancelled", JobStatus.CANCELLED, now);
  }

  void fail(String code, String message, String param, Instant now) {
    end("failed", JobStatus.FAILED, now);
    outcome = Outcome.of(code, message, param);
  }

  void succeed(TrainingSucceeded succeeded, Instant now) {
    refuseUnless("succeeded", EnumSet.of(JobStatus.RUNNING));
    end("succeeded", JobStatus.SUCCEEDED, now);
    outcome = Outcome.of(succeeded);
  }

  /** The adapter that came of it is deleted. */
  public void deleteAdapter() {
    refuseUnless("rid of its adapter", EnumSet.of(JobStatus.SUCCEEDED));
    adapterDeleted = true;
  }

  /** Asks the worker that holds the job. A wish to cancel is not taken back by one to pause. */
  void want(Wanted wish) {
    refuseUnless(wish == Wanted.CANCEL ? "cancelled" : "paused", EnumSet.of(JobStatus.RUNNING));
    wanted = wanted == Wanted.CANCEL ? wanted : wish;
  }

  /** Notes how far the present attempt is. */
  public void at(String stage, long step, long steps, Instant estimatedFinish) {
    refuseUnless("moved on", EnumSet.of(JobStatus.RUNNING));
    this.stage = stage;
    this.step = step;
    this.steps = steps;
    this.estimatedFinish = estimatedFinish == null ? null : micros(estimatedFinish);
  }

  /** A new checkpoint is stored: whatever failed before was no endless loop. */
  public void advanced() {
    failures = 0;
  }

  /** What came of it, with nothing in it as long as that is not known. */
  public Outcome outcome() {
    return outcome == null ? Outcome.NONE : outcome;
  }

  public Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  public TrainingSpec trainingSpec() {
    return JsonText.read(spec, TrainingSpec.class);
  }

  public ServeSpec serveSpec() {
    return JsonText.read(serve, ServeSpec.class);
  }

  /** The dataset it is trained on; null while it waits for it. */
  public DatasetBuilt builtDataset() {
    return JsonText.read(dataset, DatasetBuilt.class);
  }

  private void end(String what, JobStatus end, Instant now) {
    move(what, end, JobStatus.VALIDATING, JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED);
    finishedAt = micros(now);
    letGo();
  }

  private void move(String what, JobStatus to, JobStatus... from) {
    refuseUnless(what, EnumSet.of(from[0], from));
    status = to;
  }

  private void refuseUnless(String what, EnumSet<JobStatus> allowed) {
    if (!allowed.contains(status)) {
      throw new IllegalTransition(id, status, what);
    }
  }

  private void letGo() {
    wanted = null;
    estimatedFinish = null;
    lease.end();
  }

  /** What the database keeps of a time, so that a row reads back as it was written. */
  private static Instant micros(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }
}
