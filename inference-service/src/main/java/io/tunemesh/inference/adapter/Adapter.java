package io.tunemesh.inference.adapter;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Lease;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An adapter on its way into service; each change refuses the states that it does not fit. */
@Entity
public class Adapter extends PanacheEntityBase {

  @Id private String id;

  @Column(name = "job_id")
  private String jobId;

  private String tenant;
  private String run;
  private String traceparent;
  private String model;

  @Column(name = "base_model")
  private String baseModel;

  private String kind;

  @Convert(converter = AdapterFilesConverter.class)
  private List<AdapterFile> files;

  @Convert(converter = BlobRefConverter.class)
  private BlobRef probes;

  private boolean wanted;

  @Enumerated(EnumType.STRING)
  private AdapterStatus status;

  private String code;
  private String reason;
  @Embedded private Lease lease;

  @Column(name = "not_before")
  private Instant notBefore;

  private int deferrals;
  private int faults;

  @Column(name = "faulty_since")
  private Instant faultySince;

  @Column(name = "created_at")
  private Instant createdAt;

  @Version private long version;

  static Adapter published(Scope scope, AdapterPublished event, Instant now) {
    Adapter adapter = new Adapter();
    adapter.id = event.adapterId();
    adapter.jobId = event.jobId();
    adapter.tenant = scope.tenant();
    adapter.run = scope.run();
    adapter.traceparent = scope.traceparent();
    adapter.model = event.model();
    adapter.baseModel = event.baseModel();
    adapter.kind = event.kind();
    adapter.files = event.files();
    adapter.probes = event.probes();
    adapter.wanted = ServeSpec.wanted(event.serve());
    adapter.status = AdapterStatus.PUBLISHED;
    adapter.lease = new Lease();
    adapter.notBefore = now;
    adapter.createdAt = now;
    return adapter;
  }

  /** A replica begins to load and check it; also takes over from one whose lease has run out. */
  void claim(String owner, Instant now, Instant until) {
    boolean abandoned = status == AdapterStatus.LOADING && lease.isFree(now);
    require(wanted && (status == AdapterStatus.PUBLISHED || abandoned), "be claimed");
    status = AdapterStatus.LOADING;
    lease.take(id, owner, until);
  }

  /** It answered as in training. */
  void serve() {
    require(status == AdapterStatus.LOADING, "serve");
    status = AdapterStatus.SERVING;
    settled(null, null);
  }

  /** It cannot be served. */
  void refuse(String refusalCode, String why) {
    require(status == AdapterStatus.LOADING || status == AdapterStatus.PUBLISHED, "be refused");
    status = AdapterStatus.REFUSED;
    settled(refusalCode, why);
  }

  /** Whether it waits for its check, or is in it. */
  boolean isToBeChecked() {
    return wanted && (status == AdapterStatus.PUBLISHED || status == AdapterStatus.LOADING);
  }

  /** It was refused, and what it was refused for may be mended: it is as one just published. */
  void checkAgain(Instant now) {
    require(status == AdapterStatus.REFUSED, "be checked again");
    status = AdapterStatus.PUBLISHED;
    settled(null, null);
    notBefore = now;
    deferrals = 0;
    faults = 0;
    faultySince = null;
  }

  /** It could not be checked now; the cause may lie in the adapter if it is a {@code fault}. */
  void defer(String why, boolean fault, Instant now, Duration pause) {
    require(status == AdapterStatus.LOADING, "be deferred");
    status = AdapterStatus.PUBLISHED;
    settled(null, why);
    notBefore = now.plus(pause);
    deferrals++;
    if (fault) {
      faults++;
      faultySince = faultySince == null ? now : faultySince;
    }
  }

  /** Its owner wants it no more. */
  void retire() {
    require(status != AdapterStatus.RETIRED, "be retired");
    status = AdapterStatus.RETIRED;
    settled(null, null);
  }

  private void settled(String newCode, String newReason) {
    code = newCode;
    reason = newReason;
    lease.end();
  }

  private void require(boolean allowed, String change) {
    if (!allowed) {
      throw new WrongAdapterState(id, status, change);
    }
  }

  /** For whom and as part of what it was published. */
  Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  public String id() {
    return id;
  }

  public String jobId() {
    return jobId;
  }

  public String tenant() {
    return tenant;
  }

  /** The name to ask for in a chat. */
  public String model() {
    return model;
  }

  public String baseModel() {
    return baseModel;
  }

  /** The method that made it, as {@code lora}. */
  public String kind() {
    return kind;
  }

  public AdapterStatus status() {
    return status;
  }

  /** Why it was refused, or why it waits; null otherwise. */
  public String reason() {
    return reason;
  }

  /** Whether its plan asks for it to be served. */
  public boolean wanted() {
    return wanted;
  }

  public Instant createdAt() {
    return createdAt;
  }

  List<AdapterFile> files() {
    return files;
  }

  BlobRef probes() {
    return probes;
  }

  Lease lease() {
    return lease;
  }

  int deferrals() {
    return deferrals;
  }

  /** Whether it failed so often, and for so long, that one more fault is its own. */
  boolean isHopeless(int most, Duration time, Instant now) {
    return faults + 1 >= most
        && (faultySince == null ? now : faultySince).compareTo(now.minus(time)) <= 0;
  }
}
