package io.tunemesh.inference.completion;

import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.outbox.EventTooLarge;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests that came by event. Of one request id of a tenant there is one outcome. */
@ApplicationScoped
class InferenceRequests {

  private static final int LONGEST_DETAIL = 2000;

  /** What a replica left whose lease is over. */
  private static final String LEFT =
      """
      SELECT seq FROM inference_request WHERE status = 'RUNNING' AND lease_until < now()
      ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED
      """;

  /** Who has requests that are due; steps from tenant to tenant in the index, however many wait. */
  private static final String TENANTS =
      """
      WITH RECURSIVE waiting AS (
        (SELECT tenant FROM inference_request WHERE status = 'QUEUED' ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT r.tenant FROM inference_request r
                WHERE r.status = 'QUEUED' AND r.tenant > w.tenant ORDER BY r.tenant LIMIT 1)
        FROM waiting w WHERE w.tenant IS NOT NULL)
      SELECT w.tenant FROM waiting w
      CROSS JOIN LATERAL (
        SELECT seq FROM inference_request
        WHERE status = 'QUEUED' AND tenant = w.tenant AND not_before <= now()
        ORDER BY seq LIMIT 1) oldest
      CROSS JOIN LATERAL (
        SELECT count(*) AS requests FROM inference_request
        WHERE status = 'RUNNING' AND tenant = w.tenant AND lease_until >= now()) running
      CROSS JOIN LATERAL (
        SELECT count(*) AS requests FROM (
          SELECT 1 FROM inference_request
          WHERE status = 'QUEUED' AND tenant = w.tenant AND not_before > now() LIMIT 100) few) later
      ORDER BY running.requests + later.requests, oldest.seq
      """;

  private static final String OLDEST =
      """
      SELECT seq FROM inference_request
      WHERE status = 'QUEUED' AND tenant = ?1 AND not_before <= now()
      ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED
      """;

  private final Outbox outbox;
  private final CompletionConfig config;
  private final Replica replica;
  private final DatabaseClock clock;

  InferenceRequests(Outbox outbox, CompletionConfig config, Replica replica, DatabaseClock clock) {
    this.outbox = outbox;
    this.config = config;
    this.replica = replica;
    this.clock = clock;
  }

  /**
   * Adds a request; one whose id the tenant has used is left as it is.
   *
   * @throws MalformedEvent if there is no request in it, or its deadline is no time
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void add(Scope scope, InferenceRequested event) {
    if (event.request() == null) {
      throw new MalformedEvent("the data of an InferenceRequested has no field 'request'");
    }
    if (InferenceRequest.count("tenant = ?1 and requestId = ?2", scope.tenant(), event.requestId())
        == 0) {
      InferenceRequest.of(scope, event, clock.now()).persist();
    }
  }

  /**
   * Takes a request that may be answered; no other replica gets it. The tenant of whom the fewest
   * are being answered or put off comes first, and then the oldest, so that a tenant with thousands
   * holds up no other, whether they are answered or refused. What a replica left comes before all.
   */
  @Transactional
  Optional<InferenceRequest> claim() {
    Optional<Long> due = first(em().createNativeQuery(LEFT));
    Iterator<?> tenants = em().createNativeQuery(TENANTS).getResultList().iterator();
    while (due.isEmpty() && tenants.hasNext()) {
      due = first(em().createNativeQuery(OLDEST).setParameter(1, tenants.next()));
    }
    return due.map(
        seq -> {
          InferenceRequest request = InferenceRequest.findById(seq);
          Instant now = clock.now();
          request.claim(replica.id(), now, now.plus(config.lease()));
          return request;
        });
  }

  private static Optional<Long> first(Query query) {
    return query.getResultList().stream().findFirst().map(seq -> ((Number) seq).longValue());
  }

  private static EntityManager em() {
    return InferenceRequest.getEntityManager();
  }

  /**
   * Keeps what this replica has claimed and works on.
   *
   * @param running the fence of each claim, by the request's number; one that is over stays over
   */
  @Transactional
  void renewLeases(Map<Long, Long> running) {
    Instant until = clock.now().plus(config.lease());
    running.forEach(
        (seq, fence) ->
            InferenceRequest.update(
                "lease.until = ?1 where lease.owner = ?2 and lease.fence = ?3 and seq = ?4",
                until,
                replica.id(),
                fence,
                seq));
  }

  /** Forgets requests that ended long ago. */
  @Transactional
  void forgetOld() {
    InferenceRequest.delete(
        "createdAt < ?1 and status in ?2",
        clock.now().minus(config.remember()),
        List.of(RequestStatus.COMPLETED, RequestStatus.FAILED));
  }

  /** Commits the outcome with its event, unless another replica has taken the request over. */
  @Transactional
  void settle(InferenceRequest claimed, RequestOutcome outcome) {
    InferenceRequest request =
        InferenceRequest.findById(claimed.seq(), LockModeType.PESSIMISTIC_WRITE);
    if (request == null || !request.isHeldUnder(claimed.fence())) {
      return;
    }
    switch (outcome) {
      case RequestOutcome.Answer answer -> {
        try {
          outbox.publish(
              request.scope(), new InferenceCompleted(request.requestId(), answer.response()));
          request.complete();
        } catch (EventTooLarge e) {
          fail(request, Problems.answerTooLong(e.getMessage()));
        }
      }
      case RequestOutcome.Failure failure -> fail(request, failure.problem());
      case RequestOutcome.Wait wait -> {
        Instant now = clock.now();
        if (hasWaitedEnough(request, now)) {
          fail(request, wait.problem());
        } else {
          request.defer(now, now.plus(config.pause()));
        }
      }
    }
  }

  private boolean hasWaitedEnough(InferenceRequest request, Instant now) {
    Instant since = request.waitsSince();
    return since != null && since.plus(config.patience()).isBefore(now);
  }

  private void fail(InferenceRequest request, Problem problem) {
    request.fail();
    outbox.publish(
        request.scope(),
        new InferenceFailed(
            request.requestId(), problem.status(), problem.code(), cut(problem.detail())));
  }

  /** An engine's words may be long, and the event must fit a record. */
  private static String cut(String detail) {
    if (detail == null || detail.length() <= LONGEST_DETAIL) {
      return detail;
    }
    boolean halves = Character.isHighSurrogate(detail.charAt(LONGEST_DETAIL - 1));
    return detail.substring(0, halves ? LONGEST_DETAIL - 1 : LONGEST_DETAIL);
  }
}
