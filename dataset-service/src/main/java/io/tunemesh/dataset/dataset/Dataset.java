package io.tunemesh.dataset.dataset;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.dataset.source.StoredJson;
import io.tunemesh.platform.event.Scope;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
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

  /** A source by what it was asked for as, and by the file that this turned out to be. */
  @Embeddable
  public static class Source {
    String asked;

    @Column(name = "file_id")
    String fileId;

    public String asked() {
      return asked;
    }

    public String fileId() {
      return fileId;
    }
  }

  @Id String id;
  String tenant;
  String run;
  String traceparent;
  String name;
  String plan;

  @Enumerated(EnumType.STRING)
  Status status;

  @Column(name = "created_at")
  Instant createdAt;

  Instant deadline;

  @Column(name = "finished_at")
  Instant finishedAt;

  String files;
  String code;
  String reason;
  String place;

  @Column(name = "lease_owner")
  String leaseOwner;

  @Column(name = "lease_until")
  Instant leaseUntil;

  long fence;
  @Version long version;

  @ElementCollection
  @CollectionTable(name = "dataset_source", joinColumns = @JoinColumn(name = "dataset_id"))
  @OrderColumn(name = "position")
  List<Source> sources = new ArrayList<>();

  static Dataset waiting(Scope scope, String id, Plan plan, Duration patience) {
    Dataset dataset = new Dataset();
    dataset.id = id;
    dataset.tenant = scope.tenant();
    dataset.run = scope.run();
    dataset.traceparent = scope.traceparent();
    dataset.plan = StoredJson.write(plan);
    dataset.status = Status.WAITING;
    dataset.createdAt = Instant.now();
    dataset.deadline = dataset.createdAt.plus(patience);
    return dataset;
  }

  /** The sources to wait for, in the order of the specification. */
  void waitsFor(DatasetSpec spec) {
    needs(Status.WAITING);
    name = spec.name();
    for (DatasetSpec.Source asked : spec.sources()) {
      Source source = new Source();
      source.asked = asked.file();
      sources.add(source);
    }
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
      status = Status.BUILDING;
    }
  }

  /** The build under {@code fence} is done. */
  public void built(long fence, DatasetFiles files) {
    needs(fence);
    finish(Status.BUILT);
    this.files = StoredJson.write(files);
  }

  /** The build under {@code fence} found that the dataset cannot be made. */
  public void rejected(long fence, DatasetFiles files, String code, String reason, Where where) {
    needs(fence);
    this.files = StoredJson.write(files);
    reject(code, reason, where);
  }

  /** The dataset cannot be made from what was asked or what came. */
  void refused(String code, String reason, Where where) {
    needs(Status.WAITING);
    reject(code, reason, where);
  }

  private void reject(String code, String reason, Where where) {
    finish(Status.REJECTED);
    this.code = code;
    this.reason = reason;
    this.place = StoredJson.write(where);
  }

  private void finish(Status end) {
    status = end;
    finishedAt = Instant.now();
    leaseOwner = null;
    leaseUntil = null;
  }

  private void needs(Status wanted) {
    if (status != wanted) {
      throw new WrongState(id, "is " + status + ", not " + wanted);
    }
  }

  private void needs(long fence) {
    needs(Status.BUILDING);
    if (this.fence != fence) {
      throw new WrongState(id, "is built under the fence " + this.fence + ", not " + fence);
    }
  }

  /** The names of the sources that did not come yet. */
  List<String> missing() {
    return sources.stream().filter(s -> s.fileId == null).map(Source::asked).toList();
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
    return StoredJson.read(plan, Plan.class);
  }

  public List<Source> sources() {
    return sources;
  }

  /** What the build made; null before. */
  DatasetFiles files() {
    return StoredJson.read(files, DatasetFiles.class);
  }

  Where where() {
    return StoredJson.read(place, Where.class);
  }

  /** The fact that this dataset was built. */
  public DatasetBuilt builtFact() {
    needs(Status.BUILT);
    DatasetFiles made = files();
    return new DatasetBuilt(
        id,
        name,
        made.format(),
        made.manifest(),
        made.train(),
        made.validation(),
        made.test(),
        made.rowsIn(),
        made.rowsKept(),
        made.rowsRefused(),
        plan());
  }

  /** The fact that this dataset was rejected. */
  public DatasetRejected rejectedFact() {
    needs(Status.REJECTED);
    return new DatasetRejected(id, code, reason, where(), plan());
  }
}
