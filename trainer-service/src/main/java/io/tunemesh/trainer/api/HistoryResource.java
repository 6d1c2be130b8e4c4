package io.tunemesh.trainer.api;

import io.quarkus.panache.common.Page;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.adapter.AdapterStore;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.history.JobEvent;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Jobs;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What happened to a job: its events and checkpoints, newest first, and the curve and the summary
 * of its training.
 */
@Path("/v1/fine_tuning/jobs/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Transactional
public class HistoryResource {

  private final Caller caller;
  private final Jobs jobs;
  private final AdapterStore adapters;
  private final BlobStore blobs;

  HistoryResource(Caller caller, Jobs jobs, AdapterStore adapters, BlobStore blobs) {
    this.caller = caller;
    this.jobs = jobs;
    this.adapters = adapters;
    this.blobs = blobs;
  }

  @GET
  @Path("events")
  public ListPage<EventObject> events(
      @PathParam("id") String id,
      @QueryParam("after") String after,
      @QueryParam("limit") String asked) {
    TrainingJob job = jobs.get(caller.tenant(), id);
    int limit = PageSize.of(asked, 20, 1000);
    long before = Long.MAX_VALUE;
    if (after != null) {
      JobEvent last = JobEvent.find("jobId = ?1 and id = ?2", job.id, after).firstResult();
      before = found("event", after, last).seq;
    }
    List<JobEvent> events =
        JobEvent.<JobEvent>find("jobId = ?1 and seq < ?2 order by seq desc", job.id, before)
            .page(Page.ofSize(limit + 1))
            .list();
    return ListPage.of(events.stream().map(EventObject::of).toList(), limit, EventObject::id);
  }

  @GET
  @Path("checkpoints")
  public ListPage<CheckpointObject> checkpoints(
      @PathParam("id") String id,
      @QueryParam("after") String after,
      @QueryParam("limit") String asked) {
    TrainingJob job = jobs.get(caller.tenant(), id);
    int limit = PageSize.of(asked, 10, 1000);
    long before = Long.MAX_VALUE;
    if (after != null) {
      JobCheckpoint last =
          JobCheckpoint.find("jobId = ?1 and id = ?2", job.id, after).firstResult();
      before = found("checkpoint", after, last).step;
    }
    return ListPage.of(
        JobCheckpoint.<JobCheckpoint>find(
                "jobId = ?1 and step < ?2 order by step desc", job.id, before)
            .page(Page.ofSize(limit + 1))
            .stream()
            .map(checkpoint -> CheckpointObject.of(job, checkpoint))
            .toList(),
        limit,
        CheckpointObject::id);
  }

  @GET
  @Path("loss.svg")
  @Produces("image/svg+xml")
  public InputStream lossCurve(@PathParam("id") String id) throws IOException {
    TrainingJob job = withItsAdapter(id);
    BlobRef curve = job.outcome().curve();
    if (curve == null) {
      throw notThere(
          "The curve is drawn when the job has succeeded; it is %s. What there is so far is at curves.svg."
              .formatted(job.status.wire()));
    }
    return blobs.open(curve);
  }

  /** What the training was and how it went, for programs. */
  @GET
  @Path("training_summary.json")
  public InputStream summary(@PathParam("id") String id) throws IOException {
    TrainingJob job = withItsAdapter(id);
    Optional<AdapterManifest> manifest =
        job.outcome().adapterId == null ? Optional.empty() : adapters.find(job.outcome().adapterId);
    BlobRef summary = manifest.map(AdapterManifest::summary).orElse(null);
    if (summary == null) {
      throw notThere(
          job.status == JobStatus.SUCCEEDED
              ? "This job was trained before summaries were kept; what there is is at report."
              : "The summary is written when the job has succeeded; it is %s. What there is so far is at report."
                  .formatted(job.status.wire()));
    }
    return blobs.open(summary);
  }

  /** What is stored beside an adapter goes with it. */
  private TrainingJob withItsAdapter(String id) {
    TrainingJob job = jobs.get(caller.tenant(), id);
    if (job.adapterDeleted) {
      throw notThere("The model was deleted, and this with it; what is left is at report.");
    }
    return job;
  }

  private static Refusal notThere(String why) {
    return new Refusal(new Problem(404, "not_found", why, "id"));
  }

  private static <T> T found(String what, String id, T row) {
    if (row == null) {
      throw Refusal.invalid(
          "invalid_after", "There is no %s '%s' here.".formatted(what, id), "after");
    }
    return row;
  }
}
