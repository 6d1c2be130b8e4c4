package io.tunemesh.inference.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.util.Optional;

/** What one kind of job is: how it is asked for, what is done, and how it is told of. */
public interface JobType {

  JobKind kind();

  /** The words with which it is told of. */
  JobFacts facts();

  /** What an event asks for; empty for an event of something else. */
  Optional<ByEvent> askedBy(Event event);

  /**
   * Reads the body of a request.
   *
   * @throws Refusal for the first thing that cannot be
   */
  JobWish read(ObjectNode body);

  /** Whether all that it reads of the file is there. */
  boolean isReady(KnownFile file);

  /** What is to be done for a job, on a file that is ready; reads once what is asked. */
  RowTask task(RowJob job, KnownFile file);

  /** Why the rows that were not asked in time have no answer. */
  Problem expired(RowJob job);

  /**
   * A request by event.
   *
   * @param body null where the event has none
   */
  record ByEvent(String requestId, ObjectNode body) {}
}
