package io.tunemesh.trainer.api;

import io.quarkus.security.identity.SecurityIdentity;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.IllegalTransition;
import io.tunemesh.trainer.job.Intake;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Jobs;
import io.tunemesh.trainer.job.NewJob;
import io.tunemesh.trainer.job.Queue;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.job.UnknownModel;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** OpenAI's fine-tuning jobs: create, list, look at, cancel, pause, resume; and run again. */
@Path("/v1/fine_tuning/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Transactional
public class JobsResource {

  /** OpenAI's Node SDK sends a null as nothing. */
  private static final Set<String> NO_METADATA = Set.of("null", "");

  private final Caller caller;
  private final SecurityIdentity identity;
  private final Jobs jobs;
  private final Intake intake;
  private final BaseModels models;
  private final Resends resends;
  private final Outbox outbox;
  private final Queue queue;

  JobsResource(
      Caller caller,
      SecurityIdentity identity,
      Jobs jobs,
      Intake intake,
      BaseModels models,
      Resends resends,
      Outbox outbox,
      Queue queue) {
    this.caller = caller;
    this.identity = identity;
    this.jobs = jobs;
    this.intake = intake;
    this.models = models;
    this.resends = resends;
    this.outbox = outbox;
    this.queue = queue;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public JobObject create(
      String body,
      @HeaderParam("Idempotency-Key") String key,
      @HeaderParam("x-stainless-retry-count") String retryCount)
      throws InvalidPlan {
    CreateRequest request = read(body, null);
    String tenant = caller.tenant();
    return once(key, retryCount, body, () -> open(tenant, request, null));
  }

  /**
   * A new job with the settings of another, in whatever state that is, and with the changes that
   * the body has. It starts from the base model, on the same dataset unless the body names another.
   */
  @POST
  @Path("{id}/rerun")
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  public JobObject rerun(
      @PathParam("id") String id,
      String body,
      @HeaderParam("Idempotency-Key") String key,
      @HeaderParam("x-stainless-retry-count") String retryCount)
      throws InvalidPlan {
    String tenant = caller.tenant();
    TrainingJob parent = jobs.get(tenant, id);
    CreateRequest request = read(body, parent);
    return once(key, retryCount, id + "\n" + body, () -> open(tenant, request, parent));
  }

  /** Opens a job, or finds the one that the same request has opened before. */
  private JobObject once(
      String key, String retryCount, String body, Supplier<TrainingJob> opening) {
    String sender = caller.tenant() + "/" + identity.getPrincipal().getName();
    Resends.Sent sent = Resends.Sent.of(sender, key, retryCount, body);
    String known = resends.jobOf(sent).orElse(null);
    if (known != null) {
      return shown(jobs.get(caller.tenant(), known));
    }
    TrainingJob job = opening.get();
    resends.remember(sent, job.id);
    return shown(job);
  }

  private JobObject shown(TrainingJob job) {
    return JobObject.of(job, job.status == JobStatus.QUEUED ? queue.positions().get(job.id) : null);
  }

  @GET
  public ListPage<JobObject> list(
      @QueryParam("after") String after,
      @QueryParam("limit") String asked,
      @Context UriInfo address) {
    int limit = PageSize.of(asked, 20, 1000);
    Map<String, String> metadata = new LinkedHashMap<>();
    address
        .getQueryParameters()
        .forEach(
            (name, values) -> {
              if (name.startsWith("metadata[") && name.endsWith("]")) {
                metadata.put(name.substring(9, name.length() - 1), values.getFirst());
              }
            });
    String plain = address.getQueryParameters().getFirst("metadata");
    if (plain != null && !(NO_METADATA.contains(plain) && metadata.isEmpty())) {
      throw Refusal.invalid(
          "invalid_metadata",
          "Filter by metadata[key]=value, or by metadata=null for jobs that have none.",
          "metadata");
    }
    boolean all = plain == null && metadata.isEmpty();
    var found = jobs.page(caller.tenant(), after, all ? null : metadata, limit + 1);
    boolean waiting = found.stream().anyMatch(job -> job.status == JobStatus.QUEUED);
    Map<String, Long> positions = waiting ? queue.positions() : Map.of();
    return ListPage.of(
        found.stream().map(job -> JobObject.of(job, positions.get(job.id))).toList(),
        limit,
        JobObject::id);
  }

  @GET
  @Path("{id}")
  public JobObject get(@PathParam("id") String id) {
    return shown(jobs.get(caller.tenant(), id));
  }

  @POST
  @Path("{id}/cancel")
  public JobObject cancel(@PathParam("id") String id) {
    return changed(() -> jobs.cancel(caller.tenant(), id));
  }

  @POST
  @Path("{id}/pause")
  public JobObject pause(@PathParam("id") String id) {
    return changed(() -> jobs.pause(caller.tenant(), id));
  }

  /** Lets a job that is paused or has failed go on from its newest checkpoint. */
  @POST
  @Path("{id}/resume")
  public JobObject resume(
      @PathParam("id") String id, @HeaderParam("x-stainless-retry-count") String retryCount) {
    boolean again = Resends.retries(retryCount) > 0;
    return changed(() -> jobs.resume(caller.tenant(), id, again));
  }

  private CreateRequest read(String body, TrainingJob parent) throws InvalidPlan {
    try {
      return CreateRequest.read(body, parent, models);
    } catch (UnknownModel e) {
      throw Refusal.invalid("model_not_found", e.getMessage(), "model");
    }
  }

  /**
   * A file becomes a dataset of its own first; the job waits for it. A job that runs again on the
   * same file takes the dataset that was made of it.
   */
  private TrainingJob open(String tenant, CreateRequest request, TrainingJob parent) {
    String jobId = Ids.random("ftjob-");
    boolean again =
        parent != null
            && request.recipe() == null
            && request.trainingFile().equals(parent.trainingFile);
    String dataset =
        again
            ? parent.datasetId
            : request.namesDataset() ? request.trainingFile() : Ids.derived("ds-", jobId);
    String run = request.run() == null ? intake.runOf(tenant, dataset) : request.run();
    Scope scope = caller.scope(run == null ? Ids.random("run-") : run);
    TrainingJob job =
        intake.open(
            new NewJob(
                jobId,
                scope,
                request.trainingFile(),
                dataset,
                request.spec(),
                request.multiplier(),
                request.serve(),
                request.metadata(),
                parent == null ? null : parent.id));
    if (!again && !request.namesDataset()) {
      outbox.publish(
          scope, new DatasetRequested(dataset, new Plan(request.datasetSpec(), null, null)));
    }
    return job;
  }

  /** 400, not 409: OpenAI's SDK takes a 409 for a passing fault and sends the request again. */
  private JobObject changed(Supplier<TrainingJob> change) {
    try {
      return shown(change.get());
    } catch (IllegalTransition e) {
      throw Refusal.invalid("invalid_state", e.getMessage(), null);
    }
  }
}
