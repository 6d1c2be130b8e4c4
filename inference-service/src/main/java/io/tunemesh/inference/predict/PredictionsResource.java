package io.tunemesh.inference.predict;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.tunemesh.inference.job.JobCalls;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.Resent;
import io.tunemesh.platform.http.ListPage;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** Table jobs: a table in, a table of answers out. */
@Path("/v1/predictions")
@Produces(MediaType.APPLICATION_JSON)
public class PredictionsResource {

  private final JobCalls jobs;

  PredictionsResource(JobCalls jobs) {
    this.jobs = jobs;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public PredictionObject create(
      String body,
      @RestHeader("Idempotency-Key") String key,
      @RestHeader("x-stainless-retry-count") String tries) {
    return PredictionObject.of(jobs.create(JobKind.PREDICTION, body, Resent.of(key, tries)));
  }

  @GET
  public ListPage<PredictionObject> list(@RestQuery String limit, @RestQuery String after) {
    return jobs.list(JobKind.PREDICTION, limit, after, PredictionObject::of, PredictionObject::id);
  }

  @GET
  @Path("{id}")
  public PredictionObject get(@PathParam("id") String id) {
    return PredictionObject.of(jobs.get(JobKind.PREDICTION, id));
  }

  @POST
  @Path("{id}/cancel")
  public PredictionObject cancel(@PathParam("id") String id) {
    return PredictionObject.of(jobs.cancel(JobKind.PREDICTION, id));
  }

  @GET
  @Path("{id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  public Multi<OutboundSseEvent> events(
      @PathParam("id") String id, @RestHeader("Last-Event-ID") String last) {
    return jobs.follow(JobKind.PREDICTION, id, last, PredictionObject::of);
  }
}
