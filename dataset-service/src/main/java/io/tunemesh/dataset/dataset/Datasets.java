package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where datasets begin: from a plan that came with an upload, or from a request. What one tenant
 * asks and what is told about its uploads is taken one after the other, so that a dataset and the
 * last of its sources cannot miss each other.
 */
@ApplicationScoped
public class Datasets {

  private static final Pattern ID = Pattern.compile("ds-[A-Za-z0-9-]{1,60}");

  private final DatasetConfig config;
  private final Locks locks;
  private final Outbox outbox;
  private final Event<BuildReady> ready;

  Datasets(DatasetConfig config, Locks locks, Outbox outbox, Event<BuildReady> ready) {
    this.config = config;
    this.locks = locks;
    this.outbox = outbox;
    this.ready = ready;
  }

  /** The id of the dataset of a run: a run has one. */
  public static String idOfRun(String tenant, String run) {
    return Ids.derived("ds-", tenant + "\n" + run);
  }

  /** Makes what is known and what is asked of {@code tenant} wait for the current transaction. */
  void inTurn(String tenant) {
    locks.take("dataset:" + tenant);
  }

  /**
   * Gives the datasets that wait for an upload what is known of it. The caller is {@link #inTurn}.
   */
  void tell(KnownUpload upload) {
    List<Dataset> waiting =
        Dataset.list(
            "select distinct d from Dataset d join d.sources s where d.tenant = ?1 and d.status = ?2"
                + " and s.fileId is null and (s.asked = ?3 or d.run = ?4)",
            upload.tenant(),
            Status.WAITING,
            upload.fileId(),
            upload.run());
    waiting.forEach(this::look);
  }

  /**
   * The dataset of an upload's plan. Uploads of one run that carry the same {@code dataset} section
   * have one dataset; a plan without that section means its upload alone. The caller is {@link
   * #inTurn}.
   */
  void planned(Scope scope, String fileId, String recipe, Plan plan) {
    if (plan.dataset() == null) {
      DatasetSpec.Source alone =
          new DatasetSpec.Source(fileId, recipe, null, null, null, null, null);
      Plan whole =
          new Plan(new DatasetSpec(null, List.of(alone), null), plan.training(), plan.serve());
      ask(scope, Ids.derived("ds-", scope.tenant() + "\n" + fileId), whole);
      return;
    }
    String id =
        scope.run() == null
            ? Ids.derived("ds-", scope.tenant() + "\n" + fileId)
            : idOfRun(scope.tenant(), scope.run());
    Dataset dataset = ask(scope, id, plan);
    String other = Ids.derived("ds-", scope.tenant() + "\n" + scope.run() + "\n" + fileId);
    if (!dataset.plan().equals(plan) && Dataset.findById(other) == null) {
      refuse(
          begin(scope, other, plan),
          "run_has_another_plan",
          "the run %s already makes the dataset %s by another plan; give this upload a run of its own"
              .formatted(scope.run(), id),
          new Where(null, null, null, null, "run"));
    }
  }

  /** The dataset that a client asked for by event, or the fact that it cannot be. */
  void requested(Scope scope, String id, Plan plan) {
    if (!ID.matcher(id).matches()) {
      decline(scope, id, "dataset_id_invalid", "takes up to 60 letters, digits or dashes", plan);
      return;
    }
    if (plan == null) {
      decline(scope, id, "invalid_plan", "was asked for without a plan; send one", null);
      return;
    }
    Dataset existing = Dataset.findById(id);
    if (existing != null && !existing.tenant.equals(scope.tenant())) {
      decline(scope, id, "dataset_id_taken", "cannot be used; choose another id", plan);
      return;
    }
    ask(scope, id, plan);
  }

  /**
   * The dataset of that id, made now if there is none; asking again, with whatever plan, gives the
   * one that is there. A plan that cannot be built gives a rejected one. The caller is {@link
   * #inTurn}.
   */
  Dataset ask(Scope scope, String id, Plan plan) {
    Dataset existing = Dataset.findById(id);
    if (existing != null) {
      return existing;
    }
    Dataset dataset = begin(scope, id, plan);
    try {
      PlanCheck.check(plan, scope.run());
      dataset.waitsFor(plan.dataset());
      look(dataset);
    } catch (InvalidPlan e) {
      refuse(dataset, "invalid_plan", e.getMessage(), Where.field(e.mistakes().getFirst().field()));
    }
    return dataset;
  }

  /**
   * Rejects a dataset whose sources did not come in time. One that has come and is only not read
   * yet is waited for longer: nothing that was accepted is lost.
   */
  void overdue(Dataset dataset) {
    List<String> missing =
        dataset.missing().stream()
            .filter(name -> KnownUpload.named(dataset.tenant, dataset.run, name).isEmpty())
            .toList();
    if (missing.isEmpty()) {
      dataset.waitsUntil(Instant.now().plus(config.sourceTimeout()));
      return;
    }
    refuse(
        dataset,
        "source_missing",
        ("%s did not come within %s; upload it%s, or name it by its file id, and ask again")
            .formatted(
                String.join(", ", missing),
                config.sourceTimeout().toString().substring(2).toLowerCase(Locale.ROOT),
                dataset.run == null ? "" : " in the run " + dataset.run),
        Where.file(missing.getFirst()));
  }

  private Dataset begin(Scope scope, String id, Plan plan) {
    Dataset dataset = Dataset.waiting(scope, id, plan, config.sourceTimeout());
    dataset.persist();
    return dataset;
  }

  /** Looks for the sources that a dataset misses. */
  private void look(Dataset dataset) {
    for (int i = 0; i < dataset.sources.size(); i++) {
      if (dataset.sources.get(i).fileId != null) {
        continue;
      }
      Optional<KnownUpload> upload =
          KnownUpload.named(dataset.tenant, dataset.run, dataset.sources.get(i).asked);
      switch (upload.map(KnownUpload::fact).orElse(null)) {
        case UploadParsed parsed -> dataset.found(i, parsed.fileId());
        case UploadRejected rejected -> {
          refuse(dataset, rejected);
          return;
        }
        case null, default -> {}
      }
    }
    if (dataset.status == Status.BUILDING) {
      ready.fire(new BuildReady(dataset.id));
    }
  }

  private void refuse(Dataset dataset, UploadRejected source) {
    refuse(
        dataset,
        "source_rejected",
        "the source '%s' cannot be read: %s".formatted(source.filename(), source.reason()),
        source.where() == null ? Where.file(source.filename()) : source.where());
  }

  private void refuse(Dataset dataset, String code, String reason, Where where) {
    dataset.refused(code, reason, where);
    outbox.publish(dataset.scope(), dataset.rejectedFact());
  }

  private void decline(Scope scope, String id, String code, String what, Plan plan) {
    outbox.publish(
        scope,
        new DatasetRejected(
            id, code, "the dataset id '" + id + "' " + what, Where.field("dataset_id"), plan));
  }
}
