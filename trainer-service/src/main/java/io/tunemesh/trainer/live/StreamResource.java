package io.tunemesh.trainer.live;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.trainer.history.JobEvent;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Jobs;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * A job as it goes, as server-sent events: {@code status}, {@code progress} and {@code message}.
 * Begins with the job's first line, or after the one that {@code Last-Event-ID} names, leaves none
 * out, and ends with the job. Any replica gives the same stream, for all read the job's history.
 */
@Path("/v1/fine_tuning/jobs/{id}/stream")
public class StreamResource {

  private static final Logger LOG = Logger.getLogger(StreamResource.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LOOK_AT_REST = Duration.ofSeconds(5);
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);
  private static final long SEND_S = 60;
  private static final int BATCH = 200;

  private final Caller caller;
  private final Jobs jobs;
  private final JobSignals signals;
  private final OpenStreams open;

  StreamResource(Caller caller, Jobs jobs, JobSignals signals, OpenStreams open) {
    this.caller = caller;
    this.jobs = jobs;
    this.signals = signals;
    this.open = open;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RunOnVirtualThread
  public void stream(
      @PathParam("id") String id,
      @HeaderParam("Last-Event-ID") String last,
      @Context SseEventSink sink,
      @Context Sse sse) {
    String tenant = caller.tenant();
    jobs.get(tenant, id);
    long after = after(last);
    open.begin(tenant);
    boolean begun = false;
    try {
      // the head goes out here and now: after this method the framework would write it beside us
      send(sink, sse.newEventBuilder().comment("").build());
      Thread.ofVirtual().name("stream-" + id).start(() -> follow(tenant, id, after, sink, sse));
      begun = true;
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      LOG.debugf("A client is gone before its stream began, job=%s: %s", id, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!begun) {
        open.end(tenant);
      }
    }
  }

  private static long after(String last) {
    if (last == null || last.isBlank()) {
      return 0;
    }
    if (!last.matches("\\d{1,18}")) {
      throw Refusal.invalid(
          "invalid_last_event_id",
          "Last-Event-ID must be the id of an event of this stream.",
          "Last-Event-ID");
    }
    return Long.parseLong(last);
  }

  private void follow(String tenant, String id, long after, SseEventSink sink, Sse sse) {
    long seen = after;
    long sentAt = 0;
    StreamItem shown = null;
    try (sink;
        var watch = signals.watch(id)) {
      while (!sink.isClosed() && !signals.ended()) {
        News news = news(tenant, id, seen);
        for (JobEvent line : news.lines()) {
          StreamItem item = StreamItem.of(line);
          send(sink, item.on(sse));
          seen = line.seq;
          sentAt = System.nanoTime();
        }
        if (news.over()) {
          return;
        }
        if (news.now() != null && !news.now().equals(shown)) {
          shown = news.now();
          send(sink, shown.on(sse));
          sentAt = System.nanoTime();
        }
        if (System.nanoTime() - sentAt > SIGN_OF_LIFE.toNanos()) {
          send(sink, sse.newEventBuilder().comment("").build());
          sentAt = System.nanoTime();
        }
        if (news.lines().size() < BATCH) {
          watch.await(news.running() ? LOOK : LOOK_AT_REST);
        }
      }
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      LOG.debugf("A stream ends early, job=%s: %s", id, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warnf("A stream breaks off and may be resumed, job=%s: %s", id, e.toString());
    } finally {
      open.end(tenant);
    }
  }

  /**
   * @param running whether there may be a new line at any time
   * @param over whether the job has ended and its last line is among {@code lines} or before
   * @param now how far a stage is that leaves no lines; null in others
   */
  private record News(List<JobEvent> lines, boolean running, boolean over, StreamItem now) {}

  /** The state is read before the lines, so that a job that is over has all its lines here. */
  private News news(String tenant, String id, long seen) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              TrainingJob job = jobs.get(tenant, id);
              List<JobEvent> lines =
                  JobEvent.<JobEvent>find("jobId = ?1 and seq > ?2 order by seq", id, seen)
                      .page(0, BATCH)
                      .list();
              return new News(
                  lines,
                  job.status == JobStatus.RUNNING,
                  job.status.isFinal() && lines.size() < BATCH,
                  StreamItem.now(job));
            });
  }

  /** Waits until the client has taken it, so that a slow one holds up nobody else. */
  private static void send(SseEventSink sink, OutboundSseEvent event)
      throws ExecutionException, InterruptedException, TimeoutException {
    sink.send(event).toCompletableFuture().get(SEND_S, TimeUnit.SECONDS);
  }
}
