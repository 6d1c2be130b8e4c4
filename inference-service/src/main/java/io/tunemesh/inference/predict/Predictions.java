package io.tunemesh.inference.predict;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.prediction.PredictionRequested;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.NewJob;
import io.tunemesh.inference.job.RowJobs;
import io.tunemesh.inference.predict.PredictionSpec.Output;
import io.tunemesh.inference.predict.PredictionSpec.Task;
import io.tunemesh.inference.request.OtherRequest;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes jobs of requests for tables, however they come. */
@ApplicationScoped
class Predictions {

  private static final String PREFIX = "pred_";
  private static final String BY_EVENT = "event";

  private final RowJobs jobs;

  Predictions(RowJobs jobs) {
    this.jobs = jobs;
  }

  /** The job that a request over HTTP asks for. */
  NewJob job(Scope scope, String caller, PredictionRequest asked) {
    return job(Ids.random(PREFIX), scope, caller, null, asked);
  }

  /** Takes {@code PredictionRequested}; what cannot be is told as a fact. */
  void requested(@Observes OtherRequest request) {
    Envelope<?> event = request.event();
    if (!(event.data() instanceof PredictionRequested requested)) {
      return;
    }
    if (requested.request() == null) {
      throw new MalformedEvent("the data of a PredictionRequested has no field 'request'");
    }
    String id = Ids.derived(PREFIX, event.key());
    Scope scope = Scope.of(event);
    try {
      PredictionRequest asked = PredictionRequest.read(requested.request());
      jobs.add(job(id, scope, BY_EVENT, requested.requestId(), asked));
    } catch (Refusal e) {
      Problem problem = e.problem();
      String file = requested.request().path("file").asText("");
      jobs.refuse(
          job(id, scope, BY_EVENT, requested.requestId(), nothing(file)),
          new JobProblem(problem.code(), problem.detail(), problem.param(), null));
    }
  }

  /** Stands for a request that cannot be read. */
  private static PredictionRequest nothing(String file) {
    PredictionSpec spec =
        new PredictionSpec(
            "",
            null,
            null,
            null,
            Map.of(),
            Map.of(),
            null,
            Task.CHAT,
            List.of(),
            Json.MAPPER.createObjectNode(),
            new Output(null, "answer", null, false),
            null);
    return new PredictionRequest(file, spec, Duration.ofHours(24), null);
  }

  private static NewJob job(
      String id, Scope scope, String caller, String requestId, PredictionRequest asked) {
    return new NewJob(
        id,
        JobKind.PREDICTION,
        scope,
        caller,
        requestId,
        asked.file(),
        JsonText.of(asked.spec()),
        asked.metadata(),
        asked.time());
  }
}
