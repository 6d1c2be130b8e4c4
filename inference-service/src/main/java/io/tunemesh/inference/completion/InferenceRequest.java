package io.tunemesh.inference.completion;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Lease;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** A request that came by event; it ends once, and forgets its body then. */
@Entity
@Table(name = "inference_request")
public class InferenceRequest extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long seq;

  private String tenant;

  @Column(name = "request_id")
  private String requestId;

  private String run;
  private String traceparent;
  private String body;

  @Enumerated(EnumType.STRING)
  private RequestStatus status;

  @Embedded private Lease lease;

  @Column(name = "not_before")
  private Instant notBefore;

  @Column(name = "waits_since")
  private Instant waitsSince;

  private Instant deadline;
  @Transient private boolean overdue;

  @Column(name = "created_at")
  private Instant createdAt;

  @Version private long version;

  /**
   * @throws MalformedEvent if the deadline is no time
   */
  static InferenceRequest of(Scope scope, InferenceRequested event, Instant now) {
    InferenceRequest request = new InferenceRequest();
    request.tenant = scope.tenant();
    request.run = scope.run();
    request.traceparent = scope.traceparent();
    request.requestId = event.requestId();
    request.body = event.request().toString();
    request.status = RequestStatus.QUEUED;
    request.lease = new Lease();
    request.notBefore = now;
    request.deadline = time(event.deadline());
    request.createdAt = now;
    return request;
  }

  private static Instant time(String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new MalformedEvent("the deadline '" + text + "' is no RFC 3339 time", e);
    }
  }

  /** A replica begins to answer it; also takes over from one whose lease has run out. */
  void claim(String owner, Instant now, Instant until) {
    boolean abandoned = status == RequestStatus.RUNNING && lease.isFree(now);
    require(status == RequestStatus.QUEUED || abandoned, "be claimed");
    status = RequestStatus.RUNNING;
    lease.take(requestId, owner, until);
    overdue = deadline != null && !now.isBefore(deadline);
  }

  /** It cannot be answered yet. */
  void defer(Instant now, Instant until) {
    require(status == RequestStatus.RUNNING, "be deferred");
    status = RequestStatus.QUEUED;
    notBefore = until;
    waitsSince = waitsSince == null ? now : waitsSince;
    lease.end();
  }

  void complete() {
    end(RequestStatus.COMPLETED);
  }

  void fail() {
    end(RequestStatus.FAILED);
  }

  private void end(RequestStatus outcome) {
    require(status == RequestStatus.RUNNING, "end");
    status = outcome;
    body = null;
    lease.end();
  }

  private void require(boolean allowed, String change) {
    if (!allowed) {
      throw new IllegalStateException(
          "the request " + requestId + " is " + status + " and cannot " + change);
    }
  }

  /** Whether the claim of {@code fence} is still in force. */
  boolean isHeldUnder(long fence) {
    return status == RequestStatus.RUNNING && lease.isHeldUnder(fence);
  }

  long fence() {
    return lease.fence();
  }

  Long seq() {
    return seq;
  }

  Scope scope() {
    return new Scope(tenant, run, traceparent);
  }

  String tenant() {
    return tenant;
  }

  String requestId() {
    return requestId;
  }

  String body() {
    return body;
  }

  /** Whether nobody waited for the answer any more when it was claimed. */
  boolean isOverdue() {
    return overdue;
  }

  /** When it was first found that it must wait; null if it never had to. */
  Instant waitsSince() {
    return waitsSince;
  }
}
