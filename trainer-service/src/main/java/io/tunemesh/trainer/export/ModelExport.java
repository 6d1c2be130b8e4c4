package io.tunemesh.trainer.export;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.training.ExportSucceeded.ExportFile;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Ids;
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
import java.util.List;

/**
 * An export of a tuned model as a state machine: {@code QUEUED → RUNNING → SUCCEEDED | FAILED}.
 * Only its methods write its fields; each refuses a transition that is not allowed.
 */
@Entity
@Table(name = "model_export")
public class ModelExport extends PanacheEntityBase {

  /** How the ids of exports begin. */
  public static final String PREFIX = "ftexp-";

  @Id public String id;
  @Version public long version;

  @Column(name = "job_id")
  public String jobId;

  public String tenant;
  public String run;

  @Enumerated(EnumType.STRING)
  public ExportFormat format;

  @Enumerated(EnumType.STRING)
  public ExportStatus status;

  @Column(name = "created_at")
  public Instant createdAt;

  @Column(name = "started_at")
  public Instant startedAt;

  @Column(name = "finished_at")
  public Instant finishedAt;

  @Embedded public Lease lease = new Lease();

  /** Attempts that ended without an outcome. */
  public int failures;

  @Column(name = "not_before")
  public Instant notBefore;

  public String files;

  @Column(name = "error_code")
  public String errorCode;

  @Column(name = "error_message")
  public String errorMessage;

  static ModelExport open(Scope scope, String jobId, ExportFormat format, Instant now) {
    ModelExport export = new ModelExport();
    export.id = Ids.random(PREFIX);
    export.jobId = jobId;
    export.tenant = scope.tenant();
    export.run = scope.run();
    export.format = format;
    export.status = ExportStatus.QUEUED;
    export.createdAt = micros(now);
    return export;
  }

  /**
   * Gives the export to {@code owner} under a new fence; one that runs is taken from its holder.
   */
  Claim claim(String owner, Instant now, Duration length) {
    failures += status == ExportStatus.RUNNING ? 1 : 0;
    move(ExportStatus.RUNNING, ExportStatus.QUEUED, ExportStatus.RUNNING);
    startedAt = startedAt == null ? micros(now) : startedAt;
    notBefore = null;
    return lease.take(id, owner, micros(now.plus(length)));
  }

  /** Puts the export back, to be tried again. */
  void requeue(boolean failed, Instant notBefore) {
    move(ExportStatus.QUEUED, ExportStatus.RUNNING);
    failures += failed ? 1 : 0;
    this.notBefore = micros(notBefore);
    lease.end();
  }

  void succeed(List<ExportFile> made, Instant now) {
    move(ExportStatus.SUCCEEDED, ExportStatus.RUNNING);
    files = JsonText.of(made);
    end(now);
  }

  void fail(String code, String message, Instant now) {
    move(ExportStatus.FAILED, ExportStatus.RUNNING);
    errorCode = code;
    errorMessage = message;
    end(now);
  }

  public Scope scope() {
    return new Scope(tenant, run);
  }

  /** Its files; none unless it has succeeded. */
  public List<ExportFile> fileList() {
    return files == null
        ? List.of()
        : JsonText.read(files, new TypeReference<List<ExportFile>>() {});
  }

  private void end(Instant now) {
    finishedAt = micros(now);
    lease.end();
  }

  private void move(ExportStatus to, ExportStatus... from) {
    if (!List.of(from).contains(status)) {
      throw new IllegalStateException(
          "the export %s is %s and cannot become %s".formatted(id, status, to));
    }
    status = to;
  }

  private static Instant micros(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }
}
