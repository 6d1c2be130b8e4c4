package io.tunemesh.inference.batch;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.batch.BatchRequested;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.NewJob;
import io.tunemesh.inference.job.RowJobs;
import io.tunemesh.inference.request.OtherRequest;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Makes jobs of requests for batches, however they come. */
@ApplicationScoped
class Batches {

  private static final String PREFIX = "batch_";
  private static final String BY_EVENT = "event";

  private final RowJobs jobs;

  Batches(RowJobs jobs) {
    this.jobs = jobs;
  }

  /** The job that a request over HTTP asks for. */
  NewJob job(Scope scope, String caller, BatchRequest asked) {
    return job(Ids.random(PREFIX), scope, caller, null, asked);
  }

  /** Takes {@code BatchRequested}; what cannot be is told as a fact. */
  void requested(@Observes OtherRequest request) {
    Envelope<?> event = request.event();
    if (!(event.data() instanceof BatchRequested requested)) {
      return;
    }
    if (requested.request() == null) {
      throw new MalformedEvent("the data of a BatchRequested has no field 'request'");
    }
    String id = Ids.derived(PREFIX, event.key());
    Scope scope = Scope.of(event);
    try {
      BatchRequest asked = BatchRequest.read(requested.request());
      jobs.add(job(id, scope, BY_EVENT, requested.requestId(), asked));
    } catch (Refusal e) {
      Problem problem = e.problem();
      String file = requested.request().path("input_file_id").asText("");
      BatchRequest nothing = new BatchRequest(file, Api.CHAT, "24h", Duration.ofHours(24), null);
      jobs.refuse(
          job(id, scope, BY_EVENT, requested.requestId(), nothing),
          new JobProblem(problem.code(), problem.detail(), problem.param(), null));
    }
  }

  private static NewJob job(
      String id, Scope scope, String caller, String requestId, BatchRequest asked) {
    return new NewJob(
        id,
        JobKind.BATCH,
        scope,
        caller,
        requestId,
        asked.inputFile(),
        asked.spec(),
        asked.metadata(),
        asked.time());
  }
}
