package io.tunemesh.inference.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.Runs;
import io.tunemesh.inference.job.JobType.ByEvent;
import io.tunemesh.inference.request.OtherRequest;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Takes jobs that are asked for by event; what cannot be is told as a fact. */
@ApplicationScoped
class JobRequests {

  private static final String BY_EVENT = "event";

  private final JobTypes types;
  private final RowJobs jobs;

  JobRequests(JobTypes types, RowJobs jobs) {
    this.types = types;
    this.jobs = jobs;
  }

  void requested(@Observes OtherRequest request) {
    Envelope<?> event = request.event();
    for (JobType type : types.all()) {
      type.askedBy(event.data()).ifPresent(asked -> take(type, event, asked));
    }
  }

  private void take(JobType type, Envelope<?> event, ByEvent asked) {
    ObjectNode body = asked.body();
    if (body == null) {
      throw new MalformedEvent(
          "the data of a request for a %s has no field 'request'".formatted(type.kind().noun()));
    }
    try {
      if (!Runs.isFine(event.run())) {
        throw Refusal.invalid("invalid_run", "A run is " + Runs.WANTED, "run");
      }
      jobs.add(job(type.kind(), event, asked, type.read(body)));
    } catch (Refusal e) {
      Problem problem = e.problem();
      jobs.refuse(
          job(type.kind(), event, asked, JobWish.unread(type.kind(), body)),
          new JobProblem(problem.code(), problem.detail(), problem.param(), null));
    }
  }

  private static NewJob job(JobKind kind, Envelope<?> event, ByEvent asked, JobWish wish) {
    String id = Ids.derived(kind.prefix(), event.key());
    return new NewJob(id, kind, Scope.of(event), BY_EVENT, asked.requestId(), wish);
  }
}
