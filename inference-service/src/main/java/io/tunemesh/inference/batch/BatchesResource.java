package io.tunemesh.inference.batch;

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

/** OpenAI's {@code /v1/batches}, and a batch's events. */
@Path("/v1/batches")
@Produces(MediaType.APPLICATION_JSON)
public class BatchesResource {

  private final JobCalls jobs;

  BatchesResource(JobCalls jobs) {
    this.jobs = jobs;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public BatchObject create(
      String body,
      @RestHeader("Idempotency-Key") String key,
      @RestHeader("x-stainless-retry-count") String tries) {
    return BatchObject.of(jobs.create(JobKind.BATCH, body, Resent.of(key, tries)));
  }

  @GET
  public ListPage<BatchObject> list(@RestQuery String limit, @RestQuery String after) {
    return jobs.list(JobKind.BATCH, limit, after, BatchObject::of, BatchObject::id);
  }

  @GET
  @Path("{id}")
  public BatchObject get(@PathParam("id") String id) {
    return BatchObject.of(jobs.get(JobKind.BATCH, id));
  }

  @POST
  @Path("{id}/cancel")
  public BatchObject cancel(@PathParam("id") String id) {
    return BatchObject.of(jobs.cancel(JobKind.BATCH, id));
  }

  @GET
  @Path("{id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  public Multi<OutboundSseEvent> events(
      @PathParam("id") String id, @RestHeader("Last-Event-ID") String last) {
    return jobs.follow(JobKind.BATCH, id, last, BatchObject::of);
  }
}
