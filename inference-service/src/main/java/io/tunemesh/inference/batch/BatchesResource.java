package io.tunemesh.inference.batch;

import io.quarkus.security.identity.SecurityIdentity;
import io.tunemesh.inference.job.JobFields;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.Resent;
import io.tunemesh.inference.job.RowJobs;
import io.tunemesh.inference.job.WrongJobState;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** OpenAI's {@code /v1/batches}. */
@Path("/v1/batches")
@Produces(MediaType.APPLICATION_JSON)
@Transactional
public class BatchesResource {

  private final RowJobs jobs;
  private final Batches batches;
  private final Caller caller;
  private final SecurityIdentity identity;

  BatchesResource(RowJobs jobs, Batches batches, Caller caller, SecurityIdentity identity) {
    this.jobs = jobs;
    this.batches = batches;
    this.caller = caller;
    this.identity = identity;
  }

  /** Takes a batch; what a client sends again because the answer was lost is the same batch. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public BatchObject create(
      String body,
      @RestHeader("Idempotency-Key") String key,
      @RestHeader("x-stainless-retry-count") String tries) {
    BatchRequest asked = BatchRequest.read(JobFields.object(body));
    String name = identity.getPrincipal().getName();
    return BatchObject.of(
        jobs.add(batches.job(caller.scope(null), name, asked), Resent.of(key, tries)));
  }

  @GET
  public ListPage<BatchObject> list(@RestQuery String limit, @RestQuery String after) {
    int most = PageSize.of(limit, 20, 100);
    return ListPage.of(
        jobs.list(caller.tenant(), JobKind.BATCH, after, most + 1).stream()
            .map(BatchObject::of)
            .toList(),
        most,
        BatchObject::id);
  }

  @GET
  @Path("{id}")
  public BatchObject get(@PathParam("id") String id) {
    return BatchObject.of(jobs.find(caller.tenant(), JobKind.BATCH, id));
  }

  /** 400, not 409: OpenAI's SDK takes a 409 for a passing fault and sends the request again. */
  @POST
  @Path("{id}/cancel")
  public BatchObject cancel(@PathParam("id") String id) {
    try {
      return BatchObject.of(jobs.cancel(caller.tenant(), JobKind.BATCH, id));
    } catch (WrongJobState e) {
      throw Refusal.invalid("invalid_state", e.getMessage(), null);
    }
  }
}
