package io.tunemesh.trainer.job;

import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.trainer.history.History;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Where jobs come from. Opening the same job twice opens one, and a job meets its dataset whichever
 * of the two is told first.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Intake {

  private final BaseModels models;
  private final Lifecycle lifecycle;
  private final History history;
  private final Locks locks;

  Intake(BaseModels models, Lifecycle lifecycle, History history, Locks locks) {
    this.models = models;
    this.lifecycle = lifecycle;
    this.history = history;
    this.locks = locks;
  }

  /**
   * Opens a job, or finds it if it is open. A job that cannot be done is opened and has failed,
   * with the reason.
   */
  public TrainingJob open(NewJob wish) {
    return open(wish, List.of());
  }

  private TrainingJob open(NewJob wish, List<Mistake> mistaken) {
    locks.take(KnownDataset.idOf(wish.scope().tenant(), wish.datasetId()));
    TrainingJob known = TrainingJob.findById(wish.id());
    if (known != null) {
      return known;
    }
    TrainingJob job = TrainingJob.open(wish, modelOf(wish), Instant.now());
    job.persistAndFlush();
    history.status(job.id, job.status.wire(), "info", "Created fine-tuning job: " + job.id, null);
    if (job.rerunOf != null) {
      history.info(job.id, "It takes over the settings of " + job.rerunOf);
    }
    history.info(
        job.id,
        "Waiting for the dataset %s; if it is not known, check its id".formatted(job.datasetId));
    try {
      models.id(job.model);
      if (!mistaken.isEmpty()) {
        throw new InvalidPlan(mistaken);
      }
      Plans.check(wish.spec());
      List<Mistake> mistakes = models.family(job.model).mistakes(wish.spec());
      if (!mistakes.isEmpty()) {
        throw new InvalidPlan(mistakes);
      }
      meet(job, KnownDataset.find(job.tenant, job.datasetId));
    } catch (UnknownModel e) {
      lifecycle.fail(job, "model_not_found", e.getMessage(), "model");
    } catch (InvalidPlan e) {
      lifecycle.fail(job, e);
    }
    return job;
  }

  /** Opens the job that the dataset's plan asks for, if it does, and starts those that waited. */
  void built(Scope scope, DatasetBuilt dataset) {
    if (dataset.train() == null || dataset.train().lines() == null) {
      throw new MalformedEvent("a DatasetBuilt without a train split: " + dataset.datasetId());
    }
    String id = KnownDataset.idOf(scope.tenant(), dataset.datasetId());
    locks.take(id);
    KnownDataset known = KnownDataset.built(scope, dataset);
    jobs(scope, dataset.datasetId(), JobStatus.VALIDATING).forEach(job -> meet(job, known));
    if (dataset.plan() != null && dataset.plan().training() != null) {
      open(
          NewJob.ofEvent(
              Ids.derived("ftjob-", id),
              scope,
              dataset.datasetId(),
              dataset.plan().training(),
              dataset.plan().serve()));
    }
  }

  /** Fails the jobs that wait for the dataset, with its reason. */
  void rejected(Scope scope, DatasetRejected dataset) {
    locks.take(KnownDataset.idOf(scope.tenant(), dataset.datasetId()));
    KnownDataset known = KnownDataset.rejected(scope, dataset);
    jobs(scope, dataset.datasetId(), JobStatus.VALIDATING).forEach(job -> meet(job, known));
  }

  /** Fails the jobs that would need the dataset; one that runs has a copy, and goes on. */
  void deleted(Scope scope, DatasetDeleted dataset) {
    String id = dataset.datasetId();
    locks.take(KnownDataset.idOf(scope.tenant(), id));
    KnownDataset known = KnownDataset.deleted(scope, dataset);
    jobs(scope, id, JobStatus.VALIDATING, JobStatus.QUEUED, JobStatus.PAUSED)
        .forEach(job -> meet(job, known));
  }

  /**
   * Opens the job of a request whose id follows from the event's.
   *
   * @param mistakes in the request's specifications, which it lacks therefore
   */
  void requested(String eventId, Scope scope, TrainingRequested request, List<Mistake> mistakes) {
    if (request.datasetId() == null || request.datasetId().isBlank()) {
      throw new MalformedEvent("a TrainingRequested without a dataset_id");
    }
    TrainingSpec spec = request.training() == null ? TrainingSpec.DEFAULTS : request.training();
    open(
        NewJob.ofEvent(
            Ids.derived("ftjob-", eventId), scope, request.datasetId(), spec, request.serve()),
        mistakes);
  }

  /** Fails the jobs whose dataset nobody has told of for so long. Returns how many. */
  @Transactional
  public int giveUpWaiting(Duration limit) {
    List<TrainingJob> stale =
        TrainingJob.find(
                "status = ?1 and createdAt < ?2", JobStatus.VALIDATING, Instant.now().minus(limit))
            .withLock(LockModeType.PESSIMISTIC_WRITE)
            .page(0, 50)
            .list();
    for (TrainingJob job : stale) {
      lifecycle.fail(
          job,
          "dataset_not_found",
          "No dataset '%s' was built within %d minutes. Check the id, or upload the file again."
              .formatted(job.datasetId, limit.toMinutes()),
          "training_file");
    }
    return stale.size();
  }

  private void meet(TrainingJob job, KnownDataset known) {
    if (known == null) {
      return;
    }
    if (known.built != null) {
      lifecycle.queue(job, known.event());
    } else {
      lifecycle.fail(job, known.code, known.why(), "training_file");
    }
  }

  /** The run that a dataset belongs to, as far as it is known here; null otherwise. */
  public String runOf(String tenant, String datasetId) {
    KnownDataset known = KnownDataset.find(tenant, datasetId);
    return known == null ? null : known.run;
  }

  private String modelOf(NewJob wish) {
    try {
      return models.id(wish.spec().model());
    } catch (UnknownModel e) {
      return Objects.requireNonNullElse(wish.spec().model(), "none");
    }
  }

  private static List<TrainingJob> jobs(Scope scope, String datasetId, JobStatus... statuses) {
    return TrainingJob.find(
            "tenant = ?1 and datasetId = ?2 and status in ?3",
            scope.tenant(),
            datasetId,
            List.of(statuses))
        .withLock(LockModeType.PESSIMISTIC_WRITE)
        .list();
  }
}
