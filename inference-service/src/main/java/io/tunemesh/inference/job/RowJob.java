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
import java.time.Instant;
import java.util.List;
import java.util.Map;

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

  long total;
  long completed;
  long failed;
  String problems;
  String columns;

  @Column(name = "output_file_id")
  String outputFile;

  @Column(name = "error_file_id")
  String errorFile;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "begun_at")
  Instant begunAt;

  @Column(name = "finalizing_at")
  Instant finalizingAt;

  @Column(name = "cancelling_at")
  Instant cancellingAt;

  @Column(name = "ended_at")
  Instant endedAt;

  @Column(name = "expires_at")
  Instant expiresAt;

  @Column(name = "progressed_at")
  Instant progressedAt;

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
    job.inputFile = asked.inputFile();
    job.spec = asked.spec();
    job.metadata = JsonText.of(asked.metadata());
    job.status = JobStatus.VALIDATING;
    job.createdAt = now;
    job.expiresAt = now.plus(asked.window());
    job.notBefore = now;
    job.lease = new Lease();
    return job;
  }

  /**
   * Its input is sound and has so many rows.
   *
   * @param names of the input's columns; null where it has none
   */
  void begin(long rows, List<String> names, Instant now) {
    require(status == JobStatus.VALIDATING, "begin");
    status = JobStatus.IN_PROGRESS;
    total = rows;
    columns = JsonText.of(names);
    begunAt = now;
    progressedAt = now;
    faults = 0;
  }

  /** So many more rows have their answer, and so many their reason. */
  void count(long answered, long refused) {
    completed += answered;
    failed += refused;
    faults = 0;
  }

  /** No more rows are asked; the files that are handed over will be there soon. */
  void finish(JobStatus as, long answered, String output, String errors, Instant now) {
    require(status == JobStatus.IN_PROGRESS || status == JobStatus.CANCELLING, "be finalized");
    outcome = status == JobStatus.CANCELLING ? JobStatus.CANCELLED : as;
    status = status == JobStatus.CANCELLING ? status : JobStatus.FINALIZING;
    completed = answered;
    failed = total - answered;
    outputFile = output;
    errorFile = errors;
    finalizingAt = now;
    faults = 0;
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
    if (cancellingAt == null) {
      ended(JobStatus.FAILED, now);
    } else {
      ended(JobStatus.CANCELLED, now);
    }
  }

  /** Its owner wants it no more. One that is cancelled already stays so. */
  void cancel(Instant now) {
    if (status == JobStatus.CANCELLING || status == JobStatus.CANCELLED) {
      return;
    }
    require(status == JobStatus.VALIDATING || status == JobStatus.IN_PROGRESS, "be cancelled");
    status = JobStatus.CANCELLING;
    cancellingAt = now;
    notBefore = now;
  }

  /** It rests until {@code then}. */
  void defer(Instant then, boolean fault) {
    notBefore = then;
    faults += fault ? 1 : 0;
    lease.end();
  }

  private void ended(JobStatus as, Instant now) {
    status = as;
    endedAt = now;
    lease.end();
  }

  private void require(boolean allowed, String change) {
    if (!allowed) {
      throw new WrongJobState(id, status, change);
    }
  }

  /** For whom and as part of what. */
  public Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  public String id() {
    return id;
  }

  public JobKind kind() {
    return kind;
  }

  public String tenant() {
    return tenant;
  }

  /** The name of the key or user that asked. */
  public String caller() {
    return caller;
  }

  /** Of the event that asked; null for one by HTTP. */
  public String requestId() {
    return requestId;
  }

  public String inputFile() {
    return inputFile;
  }

  /** JSON that its kind understands. */
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

  /** What it ends as; null while rows are asked. */
  public JobStatus outcome() {
    return outcome;
  }

  public long total() {
    return total;
  }

  /** How many rows have an answer. */
  public long completed() {
    return completed;
  }

  /** How many rows have a reason instead. */
  public long failed() {
    return failed;
  }

  /** The names of its input's columns; empty where it has none. */
  public List<String> columns() {
    return columns == null ? List.of() : List.of(JsonText.read(columns, String[].class));
  }

  /** What is wrong with its input; empty if nothing. */
  public List<JobProblem> problems() {
    return problems == null ? List.of() : List.of(JsonText.read(problems, JobProblem[].class));
  }

  /** The file of its answers; null if there is none. */
  public String outputFile() {
    return outputFile;
  }

  /** The file of the rows that failed; null if there is none. */
  public String errorFile() {
    return errorFile;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant begunAt() {
    return begunAt;
  }

  public Instant finalizingAt() {
    return finalizingAt;
  }

  public Instant cancellingAt() {
    return cancellingAt;
  }

  public Instant endedAt() {
    return endedAt;
  }

  public Instant expiresAt() {
    return expiresAt;
  }
}
