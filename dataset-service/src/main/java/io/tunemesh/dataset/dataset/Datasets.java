package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.dataset.augment.Generations;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where datasets begin: from a plan that came with an upload, or from a request. What one tenant
 * asks and what is told about its uploads is taken one after the other, so that a dataset and the
 * last of its sources cannot miss each other.
 */
@ApplicationScoped
public class Datasets {

  private static final String DELETED = "dataset_deleted";
  private static final Pattern ID = Pattern.compile("ds-[A-Za-z0-9-]{1,60}");

  private final DatasetConfig config;
  private final Locks locks;
  private final Outbox outbox;
  private final Rejections rejections;
  private final Awaiting awaiting;
  private final Generations generations;

  Datasets(
      DatasetConfig config,
      Locks locks,
      Outbox outbox,
      Rejections rejections,
      Awaiting awaiting,
      Generations generations) {
    this.config = config;
    this.locks = locks;
    this.outbox = outbox;
    this.rejections = rejections;
    this.awaiting = awaiting;
    this.generations = generations;
  }

  /** The id of the dataset of a run: a run has one. */
  public static String idOfRun(String tenant, String run) {
    return Ids.derived("ds-", tenant + "\n" + run);
  }

  /** Makes what is known and what is asked of {@code tenant} wait for the current transaction. */
  public void inTurn(String tenant) {
    locks.take("dataset:" + tenant);
  }

  /**
   * The dataset of an upload's plan. Uploads of one run that carry the same {@code dataset} section
   * have one dataset; a plan without that section means its upload alone. An upload whose run makes
   * another dataset, or had one that was deleted, is told of once. The caller is {@link #inTurn}.
   */
  void planned(Scope scope, String fileId, String recipe, Plan plan) {
    if (plan.dataset() == null) {
      ask(scope, Ids.derived("ds-", scope.tenant() + "\n" + fileId), whole(fileId, recipe, plan));
      return;
    }
    String id =
        scope.run() == null
            ? Ids.derived("ds-", scope.tenant() + "\n" + fileId)
            : idOfRun(scope.tenant(), scope.run());
    Dataset dataset = ask(scope, id, plan);
    String other = Ids.derived("ds-", scope.tenant() + "\n" + scope.run() + "\n" + fileId);
    if (dataset.isDeleted() && scope.run() != null && Dataset.findById(other) == null) {
      awaiting.refuse(
          begin(scope, other, plan),
          DELETED,
          "the dataset %s of the run %s was deleted; give this upload a run of its own"
              .formatted(id, scope.run()),
          Where.field("run"));
    } else if (!dataset.plan().equals(plan) && Dataset.findById(other) == null) {
      awaiting.refuse(
          begin(scope, other, plan),
          "run_has_another_plan",
          "the run %s already makes the dataset %s by another plan; give this upload a run of its own"
              .formatted(scope.run(), id),
          Where.field("run"));
    }
  }

  /** Tells a plan that cannot be built as soon as its upload has come, before that is parsed. */
  void announced(Scope scope, String fileId, String recipe, Plan plan) {
    try {
      PlanCheck.check(whole(fileId, recipe, plan), scope.run());
    } catch (InvalidPlan e) {
      planned(scope, fileId, recipe, plan);
    }
  }

  /** A plan without a dataset means its upload alone. */
  private static Plan whole(String fileId, String recipe, Plan plan) {
    if (plan.dataset() != null) {
      return plan;
    }
    DatasetSpec.Source alone = new DatasetSpec.Source(fileId, recipe, null, null, null, null, null);
    return new Plan(new DatasetSpec(null, List.of(alone), null), plan.training(), plan.serve());
  }

  /**
   * The dataset that a client asked for by event, or the fact that it cannot be. Where a dataset of
   * that id is there, a request that cannot have it is told of under an id of its own.
   *
   * @param mistakes in the plan, which is not there then
   */
  void requested(Scope scope, String id, Plan plan, List<Mistake> mistakes) {
    if (!ID.matcher(id).matches()) {
      decline(scope, id, "dataset_id_invalid", "takes up to 60 letters, digits or dashes", plan);
      return;
    }
    Dataset existing = Dataset.findById(id);
    if (existing != null && !existing.tenant.equals(scope.tenant())) {
      decline(scope, id, "dataset_id_taken", "cannot be used; choose another id", plan);
      return;
    }
    if (existing != null && existing.isDeleted()) {
      decline(scope, id, DELETED, "is a deleted dataset's; choose another id", plan);
      return;
    }
    if (!mistakes.isEmpty()) {
      String reason = new InvalidPlan(mistakes).getMessage();
      Where where = Where.field(mistakes.getFirst().field());
      String told = existing == null ? id : beside(scope, id, reason);
      rejections.publish(scope, new DatasetRejected(told, "invalid_plan", reason, where, null));
      return;
    }
    if (plan == null && existing != null) {
      return; // what is there stays as it is, and a rejection would tell others that it does not
    }
    if (plan == null) {
      decline(scope, id, "invalid_plan", "was asked for without a plan; send one", null);
      return;
    }
    if (existing != null && !existing.plan().equals(plan)) {
      String reason =
          "the dataset %s is there already, by another plan; ask for this one under another id"
              .formatted(id);
      String other = beside(scope, id, JsonText.of(plan));
      Where where = Where.field("dataset_id");
      rejections.publish(
          scope, new DatasetRejected(other, "dataset_has_another_plan", reason, where, plan));
      return;
    }
    ask(scope, id, plan);
  }

  /** An id for what is said of a request, so that it is not said of the dataset that is there. */
  private static String beside(Scope scope, String id, String what) {
    return Ids.derived("ds-", String.join("\n", scope.tenant(), id, what));
  }

  /**
   * The dataset of that id, made now if there is none; asking again, with whatever plan, gives the
   * one that is there. A plan that cannot be built gives a rejected one. The caller is {@link
   * #inTurn}.
   */
  public Dataset ask(Scope scope, String id, Plan plan) {
    Dataset existing = Dataset.findById(id);
    if (existing != null) {
      return existing;
    }
    Dataset dataset = begin(scope, id, plan);
    try {
      PlanCheck.check(plan, scope.run());
      dataset.waitsFor(plan.dataset());
      awaiting.look(dataset);
    } catch (InvalidPlan e) {
      awaiting.refuse(
          dataset, "invalid_plan", e.getMessage(), Where.field(e.mistakes().getFirst().field()));
    }
    return dataset;
  }

  /**
   * Removes the tenant's dataset, and stops its build; its files go when that is over and all have
   * had time to hear of the deletion. Its id stays taken, so that nothing which is delivered late
   * makes it again. Whoever waits for it is told that it will not be.
   */
  @Transactional
  public void delete(String tenant, String id) {
    inTurn(tenant);
    generations.inTurn(id);
    Dataset.findById(id, LockModeType.PESSIMISTIC_WRITE);
    Dataset dataset = Dataset.ofTenant(id, tenant);
    if (dataset.status() == Status.WAITING || dataset.isBuilding()) {
      String reason = "the dataset was deleted before it was built; ask for it in another run";
      rejections.publish(
          dataset.scope(), new DatasetRejected(id, DELETED, reason, null, dataset.plan()));
    }
    dataset.deleted(Instant.now().plus(config.purgeAfter()));
    generations.forget(id);
    outbox.publish(dataset.scope(), new DatasetDeleted(id, dataset.name()));
  }

  private Dataset begin(Scope scope, String id, Plan plan) {
    Dataset dataset = Dataset.waiting(scope, id, plan, config.sourceTimeout());
    dataset.persist();
    return dataset;
  }

  private void decline(Scope scope, String id, String code, String what, Plan plan) {
    rejections.publish(
        scope,
        new DatasetRejected(
            id, code, "the dataset id '" + id + "' " + what, Where.field("dataset_id"), plan));
  }
}
