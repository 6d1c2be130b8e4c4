package io.tunemesh.inference.completion;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Answers the requests that came by event, a bounded number at once; a slow one holds up no other
 * while there is room. What a replica leaves behind is taken over after the lease.
 */
@ApplicationScoped
class RequestWorkers {

  private static final Logger LOG = Logger.getLogger(RequestWorkers.class);
  private static final int DRAIN_S = 10;

  private final InferenceRequests requests;
  private final RequestAnswer answer;
  private final CompletionConfig config;
  private final Semaphore room;

  /** What is worked on, by its number, and the fence under which it was claimed last. */
  private final Map<Long, Long> running = new ConcurrentHashMap<>();

  private final Loop dispatch;
  private final Loop leases;

  RequestWorkers(InferenceRequests requests, RequestAnswer answer, CompletionConfig config) {
    this.requests = requests;
    this.answer = answer;
    this.config = config;
    this.room = new Semaphore(config.concurrency());
    this.dispatch = Loop.ofWork("inference-requests", config.pause(), this::dispatch);
    this.leases = new Loop("request-leases", config.lease().dividedBy(3), this::renewLeases);
  }

  void start(@Observes StartupEvent event) {
    dispatch.start();
    leases.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    dispatch.close();
    // What is not answered in this time, another replica takes up after the lease.
    room.tryAcquire(config.concurrency(), DRAIN_S, TimeUnit.SECONDS);
    leases.close();
  }

  /** Looks for requests as soon as possible. */
  void wake() {
    dispatch.wake();
  }

  private void renewLeases() {
    requests.renewLeases(Map.copyOf(running));
    requests.forgetOld();
  }

  private void dispatch() {
    while (dispatch.goesOn() && room.tryAcquire()) {
      Optional<InferenceRequest> next = Optional.empty();
      try {
        next = requests.claim();
      } finally {
        if (next.isEmpty()) {
          room.release();
        }
      }
      if (next.isEmpty()) {
        return;
      }
      InferenceRequest request = next.get();
      running.put(request.seq(), request.fence());
      Thread.ofVirtual().name("request-" + request.requestId()).start(() -> work(request));
    }
  }

  private void work(InferenceRequest request) {
    try {
      requests.settle(request, outcome(request));
    } catch (RuntimeException e) {
      LOG.warnf(
          "Request could not be settled and is taken again after its lease, request=%s cause=%s",
          request.requestId(), e);
    } finally {
      // A later claim of the same request, after a lease that ran out here, is still worked on.
      running.remove(request.seq(), request.fence());
      room.release();
      dispatch.wake();
    }
  }

  /** What nobody foresaw would come again at each try: it ends the request. */
  private RequestOutcome outcome(InferenceRequest request) {
    try {
      return request.isOverdue()
          ? new RequestOutcome.Failure(Problems.expired())
          : answer.to(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new RequestOutcome.Wait(Problems.internal());
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "Request failed, request=%s", request.requestId());
      return new RequestOutcome.Failure(Problems.internal());
    }
  }
}
