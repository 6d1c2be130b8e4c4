package io.tunemesh.trainer.live;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.live.EventStreams;
import io.tunemesh.trainer.job.Jobs;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;

/**
 * A job as it goes, as server-sent events: {@code status}, {@code progress} and {@code message}.
 * Begins with the job's first line, or after the one that {@code Last-Event-ID} names, leaves none
 * out, and ends with the job. Any replica gives the same stream, for all read the job's history.
 */
@Path("/v1/fine_tuning/jobs/{id}/stream")
public class StreamResource {

  private final Caller caller;
  private final Jobs jobs;
  private final JobSignals signals;
  private final EventStreams streams;

  StreamResource(Caller caller, Jobs jobs, JobSignals signals, EventStreams streams) {
    this.caller = caller;
    this.jobs = jobs;
    this.signals = signals;
    this.streams = streams;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  public Multi<OutboundSseEvent> stream(
      @PathParam("id") String id, @HeaderParam("Last-Event-ID") String last) {
    String tenant = caller.tenant();
    jobs.get(tenant, id);
    long after = EventStreams.after(last);
    return streams.open(tenant, () -> new JobLines(jobs, tenant, id, after, signals.watch(id)));
  }
}
