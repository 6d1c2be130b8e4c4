package io.tunemesh.inference.predict;

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

/** Table jobs: a table in, a table of answers out. */
@Path("/v1/predictions")
@Produces(MediaType.APPLICATION_JSON)
@Transactional
public class PredictionsResource {

  private final RowJobs jobs;
  private final Predictions predictions;
  private final Caller caller;
  private final SecurityIdentity identity;

  PredictionsResource(
      RowJobs jobs, Predictions predictions, Caller caller, SecurityIdentity identity) {
    this.jobs = jobs;
    this.predictions = predictions;
    this.caller = caller;
    this.identity = identity;
  }

  /** Takes a table job; what a client sends again because the answer was lost is the same job. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public PredictionObject create(
      String body,
      @RestHeader("Idempotency-Key") String key,
      @RestHeader("x-stainless-retry-count") String tries) {
    PredictionRequest asked = PredictionRequest.read(JobFields.object(body));
    String name = identity.getPrincipal().getName();
    return PredictionObject.of(
        jobs.add(predictions.job(caller.scope(null), name, asked), Resent.of(key, tries)));
  }

  @GET
  public ListPage<PredictionObject> list(@RestQuery String limit, @RestQuery String after) {
    int most = PageSize.of(limit, 20, 100);
    return ListPage.of(
        jobs.list(caller.tenant(), JobKind.PREDICTION, after, most + 1).stream()
            .map(PredictionObject::of)
            .toList(),
        most,
        PredictionObject::id);
  }

  @GET
  @Path("{id}")
  public PredictionObject get(@PathParam("id") String id) {
    return PredictionObject.of(jobs.find(caller.tenant(), JobKind.PREDICTION, id));
  }

  /** 400, not 409: OpenAI's SDK takes a 409 for a passing fault and sends the request again. */
  @POST
  @Path("{id}/cancel")
  public PredictionObject cancel(@PathParam("id") String id) {
    try {
      return PredictionObject.of(jobs.cancel(caller.tenant(), JobKind.PREDICTION, id));
    } catch (WrongJobState e) {
      throw Refusal.invalid("invalid_state", e.getMessage(), null);
    }
  }
}
