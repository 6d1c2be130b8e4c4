package io.tunemesh.dataset.dataset;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.Lease;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A dataset on its way; see {@link Status}. A change that its state does not allow is refused. */
@Entity
@Table(name = "dataset")
public class Dataset extends PanacheEntityBase {

  @Id String id;
  String tenant;
  String run;
  String traceparent;
  String name;
  String plan;

  @Column(name = "created_at")
  Instant createdAt;

  Instant deadline;

  @Column(name = "started_at")
  Instant startedAt;

  @Embedded Standing standing = new Standing();
  @Embedded Lease lease = new Lease();
  int failures;
  @Version long version;

  @ElementCollection
  @CollectionTable(name = "dataset_source", joinColumns = @JoinColumn(name = "dataset_id"))
  @OrderColumn(name = "position")
  List<AskedSource> sources = new ArrayList<>();

  /**
   * The dataset of that id.
   *
   * @throws Refusal if there is none, it is deleted, or another tenant's
   */
  public static Dataset ofTenant(String id, String tenant) {
    Dataset dataset = onceOfTenant(id, tenant);
    if (dataset.isDeleted()) {
      throw Refusal.notFound("dataset", id);
    }
    return dataset;
  }

  /** As {@link #ofTenant}, but it may be deleted: what follows it in a list is still known. */
  public static Dataset onceOfTenant(String id, String tenant) {
    Dataset dataset = findById(id);
    if (dataset == null || !dataset.tenant.equals(tenant)) {
      throw Refusal.notFound("dataset", id);
    }
    return dataset;
  }

  static Dataset waiting(Scope scope, String id, Plan plan, Duration patience) {
    Dataset dataset = new Dataset();
    dataset.id = id;
    dataset.tenant = scope.tenant();
    dataset.run = scope.run();
    dataset.traceparent = scope.traceparent();
    dataset.plan = JsonText.of(plan);
    dataset.createdAt = Instant.now();
    dataset.deadline = dataset.createdAt.plus(patience);
    return dataset;
  }

  /** The sources to wait for, in the order of the specification, and its word lists after them. */
  void waitsFor(DatasetSpec spec) {
    needs(Status.WAITING);
    name = spec.name();
    sources.addAll(AskedSource.all(spec));
  }

  /** The sources may come until then. */
  void waitsUntil(Instant deadline) {
    needs(Status.WAITING);
    this.deadline = deadline;
  }

  /** A source turned out to be this file; when it was the last one, the build can begin. */
  void found(int position, String fileId) {
    needs(Status.WAITING);
    sources.get(position).fileId = fileId;
    if (missing().isEmpty()) {
      standing.begin();
    }
  }

  /**
   * A file that was found is no more. What asked for it by its name may find another of that name
   * until {@code deadline}.
   */
  void lost(String fileId, Instant deadline) {
    waitsUntil(deadline);
    sources.stream().filter(s -> fileId.equals(s.fileId)).forEach(s -> s.fileId = null);
  }

  /** Gives the dataset to {@code owner}; one that was given before and not put back has failed. */
  public Claim claim(String owner, Instant now, Duration time) {
    needs(Status.BUILDING);
    startedAt = now;
    failures += lease.owner() == null ? 0 : 1;
    standing.goesOn();
    return lease.take(id, owner, now.plus(time));
  }

  /** The build under {@code fence} failed and may be tried again from {@code then} on. */
  public void failed(long fence, Instant then) {
    needs(fence);
    failures++;
    standing.pauses();
    lease.rest(then);
  }

  /** The build under {@code fence} waits until {@code then} for what is away; it had no turn. */
  public void waits(long fence, Instant then, String why) {
    needs(fence);
    startedAt = null;
    standing.waits(why);
    lease.rest(then);
  }

  /**
   * Chunks of its sources were read. Unless it is built already, it waits until {@code then} for
   * the others.
   */
  public void chunksRead(String progress, Instant then) {
    if (isBuilding() && lease.owner() == null) {
      standing.waits(progress);
      lease.rest(then);
    }
  }

  /** The build under {@code fence} is done. */
  public void built(long fence, DatasetFiles files) {
    needs(fence);
    standing.built(files);
    lease.end();
  }

  /** The build under {@code fence} found that the dataset cannot be made. */
  public void rejected(long fence, DatasetFiles files, String code, String reason, Where where) {
    needs(fence);
    standing.rejected(files, code, reason, where);
    lease.end();
  }

  /** The dataset cannot be made from what was asked or what came. */
  void refused(String code, String reason, Where where) {
    needs(Status.WAITING);
    standing.rejected(null, code, reason, where);
  }

  /**
   * Its owner does not want it any more. Its blobs are to be purged when whoever builds it has
   * stopped, and not before {@code then}.
   */
  void deleted(Instant then) {
    if (isDeleted()) {
      throw new WrongState(id, "is deleted already");
    }
    standing.deleted();
    lease.rest(lease.isFree(then) ? then : lease.until());
  }

  private void needs(Status wanted) {
    if (status() != wanted) {
      throw new WrongState(id, "is " + status() + ", not " + wanted);
    }
  }

  private void needs(long fence) {
    if (!lease.isHeldUnder(fence)) {
      throw new LeaseLost(id, fence);
    }
  }

  /** Whether it has all its sources and is not made yet. */
  public boolean isBuilding() {
    return status() == Status.BUILDING;
  }

  /** Whether its owner has deleted it. */
  public boolean isDeleted() {
    return status() == Status.DELETED;
  }

  /** Builds that failed in a row. */
  public int failures() {
    return failures;
  }

  /** The sources that did not come yet, or what a build needs and is away. */
  List<String> waitingFor() {
    if (status() == Status.WAITING) {
      return missing();
    }
    return isBuilding() && standing.reason != null ? List.of(standing.reason) : List.of();
  }

  /** The names of the sources that did not come yet. */
  List<String> missing() {
    return sources.stream().filter(s -> s.fileId == null).map(AskedSource::asked).toList();
  }

  public String id() {
    return id;
  }

  public String tenant() {
    return tenant;
  }

  public Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  public Plan plan() {
    return JsonText.read(plan, Plan.class);
  }

  /** For people; null where none was given. */
  public String name() {
    return name;
  }

  public Status status() {
    return standing.status;
  }

  public List<AskedSource> sources() {
    return sources;
  }

  /** What the build made; null before. */
  public DatasetFiles files() {
    return standing.files();
  }

  /** The fact that this dataset was built. */
  public DatasetBuilt builtFact() {
    needs(Status.BUILT);
    return files().fact(id, name, plan());
  }

  /** The fact that this dataset was rejected. */
  public DatasetRejected rejectedFact() {
    needs(Status.REJECTED);
    return new DatasetRejected(id, standing.code, standing.reason, standing.where(), plan());
  }
}
