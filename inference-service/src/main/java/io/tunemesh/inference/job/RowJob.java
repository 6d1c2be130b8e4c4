package io.tunemesh.inference.job;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Lease;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Work on the rows of a file: a batch or a table job. Its owner may cancel it while a worker holds
 * it; the worker sees that at its next word.
 */
@Entity
@Table(name = "row_job")
public class RowJob extends PanacheEntityBase {

  @Id String id;

  @Column(insertable = false, updatable = false)
  long seq;

  @Enumerated(EnumType.STRING)
  JobKind kind;

  String tenant;
  String run;
  String traceparent;
  String caller;

  @Column(name = "request_id")
  String requestId;

  @Column(name = "input_file_id")
  String inputFile;

  String spec;
  String metadata;

  @Enumerated(EnumType.STRING)
  JobStatus status;

  @Enumerated(EnumType.STRING)
  JobStatus outcome;

  @Embedded RowCounts rows;

  /** What the last attempt has left for later; null if there was none. */
  @Embedded Left left;

  @Embedded JobTimes times;
  String problems;

  @Column(name = "output_file_id")
  String outputFile;

  @Column(name = "error_file_id")
  String errorFile;

  @Column(name = "not_before")
  Instant notBefore;

  int faults;
  @Embedded Lease lease;
  @Version long version;

  /** Whether its time had run out when it was looked at. */
  @Transient boolean expired;

  static RowJob of(NewJob asked, Instant now) {
    RowJob job = new RowJob();
    job.id = asked.id();
    job.kind = asked.kind();
    job.tenant = asked.scope().tenant();
    job.run = asked.scope().run();
    job.traceparent = asked.scope().traceparent();
    job.caller = asked.caller();
    job.requestId = asked.requestId();
    job.inputFile = asked.wish().inputFile();
    job.spec = asked.wish().spec();
    job.metadata = JsonText.of(asked.wish().metadata());
    job.status = JobStatus.VALIDATING;
    job.rows = new RowCounts(0, 0, 0);
    job.times = new JobTimes();
    job.times.created = now;
    job.times.expires = now.plus(asked.wish().window());
    job.notBefore = now;
    job.lease = new Lease();
    return job;
  }

  /** Its input is sound and has so many rows. */
  void begin(long count, Instant now) {
    require(status == JobStatus.VALIDATING, "begin");
    status = JobStatus.IN_PROGRESS;
    rows = new RowCounts(count, 0, 0);
    times.begun = now;
    times.progressed = now;
    faults = 0;
  }

  /** So many more rows have their answer, and so many their reason. */
  void count(long answered, long refused) {
    rows = rows.plus(answered, refused);
    faults = 0;
  }

  /** No more rows are asked; the files that are handed over will be there soon. */
  void finish(JobStatus as, String output, String errors, Instant now) {
    require(status == JobStatus.IN_PROGRESS || status == JobStatus.CANCELLING, "be finalized");
    outcome = status == JobStatus.CANCELLING ? JobStatus.CANCELLED : as;
    status = status == JobStatus.CANCELLING ? status : JobStatus.FINALIZING;
    rows = new RowCounts(rows.total(), rows.completed(), rows.total() - rows.completed());
    outputFile = output;
    errorFile = errors;
    times.finalizing = now;
    notBefore = now;
    faults = 0;
    lease.end();
  }

  /** Its files are there. */
  void end(Instant now) {
    require(outcome != null && status.isOpen(), "end");
    ended(outcome, now);
  }

  /** It cannot be done. */
  void fail(List<JobProblem> why, Instant now) {
    require(status.isOpen(), "fail");
    problems = JsonText.of(why);
    if (outcome == null) {
      // There will be no file, and so none of the answers that came can be had.
      rows = new RowCounts(rows.total(), 0, rows.total());
    }
    ended(times.cancelling == null ? JobStatus.FAILED : JobStatus.CANCELLED, now);
  }

  /** Its owner wants it no more. One that is cancelled already stays so. */
  void cancel(Instant now) {
    if (status == JobStatus.CANCELLING || status == JobStatus.CANCELLED) {
      return;
    }
    require(status == JobStatus.VALIDATING || status == JobStatus.IN_PROGRESS, "be cancelled");
    status = JobStatus.CANCELLING;
    times.cancelling = now;
    notBefore = now;
  }

  /** It gives its worker back and is due again after {@code pause}, or when its time runs out. */
  void rest(Duration pause, Instant now) {
    Instant then = now.plus(pause);
    boolean intime = times.expires.isAfter(now) && times.expires.isBefore(then);
    notBefore = intime ? times.expires : then;
    lease.end();
  }

  private void ended(JobStatus as, Instant now) {
    status = as;
    times.ended = now;
    lease.end();
  }

  private void require(boolean allowed, String change) {
    if (!allowed) {
      throw new WrongJobState(id, status, change);
    }
  }

  /** Whether it is what that wish asks for. */
  boolean isAskedBy(JobWish wish) {
    return inputFile.equals(wish.inputFile())
        && spec.equals(wish.spec())
        && Objects.equals(metadata(), wish.metadata());
  }

  /** For whom and as part of what. */
  public Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  public String id() {
    return id;
  }

  public String tenant() {
    return tenant;
  }

  /** The name of the key or user that asked. */
  public String caller() {
    return caller;
  }

  public String inputFile() {
    return inputFile;
  }

  /** JSON that its kind understands; of a request that could not be read, what is shown of it. */
  public String spec() {
    return spec;
  }

  /** The client's own; may be null. */
  public Map<String, String> metadata() {
    return JsonText.read(metadata, new TypeReference<Map<String, String>>() {});
  }

  public JobStatus status() {
    return status;
  }

  public RowCounts rows() {
    return rows;
  }

  public JobTimes times() {
    return times;
  }

  /** What is wrong with its input; empty if nothing. */
  public List<JobProblem> problems() {
    return problems == null ? List.of() : List.of(JsonText.read(problems, JobProblem[].class));
  }

  /** The file of its answers, once it can be downloaded; null if there is none. */
  public String outputFile() {
    return times.ended == null ? null : outputFile;
  }

  /** The file of the rows that failed, once it can be downloaded; null if there is none. */
  public String errorFile() {
    return times.ended == null ? null : errorFile;
  }
}
