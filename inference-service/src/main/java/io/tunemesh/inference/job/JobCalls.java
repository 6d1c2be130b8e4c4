package io.tunemesh.inference.job;

import io.smallrye.mutiny.Multi;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.live.EventStreams;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.List;
import java.util.function.Function;

/** What a client does with jobs over HTTP, whatever their kind; it sees its tenant's alone. */
@ApplicationScoped
public class JobCalls {

  private final JobTypes types;
  private final RowJobs jobs;
  private final JobWatch watch;
  private final EventStreams streams;
  private final Caller caller;

  JobCalls(JobTypes types, RowJobs jobs, JobWatch watch, EventStreams streams, Caller caller) {
    this.types = types;
    this.jobs = jobs;
    this.watch = watch;
    this.streams = streams;
    this.caller = caller;
  }

  /** Takes a job; what a client sends again because the answer was lost is the same job. */
  public RowJob create(JobKind kind, String body, Resent resent) {
    JobWish wish = types.of(kind).read(JobFields.object(body));
    String id = Ids.random(kind.prefix());
    return jobs.add(new NewJob(id, kind, caller.scope(null), caller.name(), null, wish), resent);
  }

  /** A page of jobs, newest first. */
  public <T> ListPage<T> list(
      JobKind kind, String limit, String after, Function<RowJob, T> shown, Function<T, String> id) {
    int most = PageSize.of(limit, 20, 100);
    List<RowJob> found = jobs.list(caller.tenant(), kind, after, most + 1);
    return ListPage.of(found.stream().map(shown).toList(), most, id);
  }

  public RowJob get(JobKind kind, String id) {
    return jobs.find(caller.tenant(), kind, id);
  }

  /** 400, not 409: OpenAI's SDK takes a 409 for a passing fault and sends the request again. */
  public RowJob cancel(JobKind kind, String id) {
    try {
      return jobs.cancel(caller.tenant(), kind, id);
    } catch (WrongJobState e) {
      throw Refusal.invalid("invalid_state", e.getMessage(), null);
    }
  }

  /**
   * The job as it goes: {@code status} with the job at first and whenever its state is another,
   * {@code progress} as the topic has it. Tells the latest, goes never back, and ends with the job.
   *
   * @param last the id of the last event that the client has seen; null for the start
   */
  public Multi<OutboundSseEvent> follow(
      JobKind kind, String id, String last, Function<RowJob, ?> shown) {
    RowJob job = jobs.find(caller.tenant(), kind, id);
    long after = EventStreams.after(last);
    return streams.open(
        caller.tenant(),
        () -> new JobStream(job, after, watch.watch(id), shown, types.of(kind).facts()));
  }
}
