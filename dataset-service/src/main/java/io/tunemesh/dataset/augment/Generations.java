package io.tunemesh.dataset.augment;

import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.dataset.augment.GenerationRequest.Status;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The questions of datasets to served models. A dataset asks once, whatever is killed: the rows of
 * its questions and their events are committed together, and each has an id that follows from the
 * dataset's. An answer counts once, and none after the end.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Generations {

  private static final String PREFIX = "aug-";

  /** Tells the id of a second question from the first one's. */
  private static final String THEN = "\nthen";

  private final AugmentConfig config;
  private final DatabaseClock clock;
  private final Locks locks;
  private final Outbox outbox;
  private final Event<GenerationEnded> ended;

  Generations(
      AugmentConfig config,
      DatabaseClock clock,
      Locks locks,
      Outbox outbox,
      Event<GenerationEnded> ended) {
    this.config = config;
    this.clock = clock;
    this.locks = locks;
    this.outbox = outbox;
    this.ended = ended;
  }

  /** Whether a request of that id may be one of a dataset. */
  static boolean isOurs(String requestId) {
    return requestId != null && requestId.startsWith(PREFIX);
  }

  /**
   * Makes what is asked and answered for a dataset wait for the current transaction. Who waits and
   * who wakes take it before they look, so that the last answer cannot be missed.
   */
  public void inTurn(String datasetId) {
    locks.take("generation:" + datasetId);
  }

  /**
   * How far a dataset's questions are; those that are overdue end with this. The caller is {@link
   * #inTurn}.
   */
  public Progress progress(String datasetId) {
    Generation generation = Generation.findById(datasetId);
    if (generation == null) {
      return new Progress.NotAsked();
    }
    if (generation.isOpen() && !clock.now().isBefore(generation.deadline())) {
      generation.end();
    }
    if (generation.isOpen()) {
      long open = open(datasetId);
      return new Progress.Waiting(
          generation.deadline(),
          "%d answers of served models, until %s at the latest"
              .formatted(open, generation.deadline()));
    }
    Map<String, Answer> answers = new HashMap<>();
    for (GenerationRequest request : requests(datasetId)) {
      if (request.isSettled()) {
        answers.put(request.askKey(), request.answer());
      }
    }
    return new Progress.Ended(answers);
  }

  /** Asks for a dataset that has not asked yet. The caller is {@link #inTurn}. */
  public void ask(Scope scope, String datasetId, List<Ask> asks) {
    if (Generation.findById(datasetId) != null) {
      return;
    }
    Instant deadline = clock.now().plus(config.patience());
    Generation.of(datasetId, scope.tenant(), deadline).persist();
    asks.forEach(ask -> ask(scope, datasetId, ask, "", deadline));
  }

  private void ask(Scope scope, String datasetId, Ask ask, String which, Instant deadline) {
    String id = id(datasetId, ask.key(), which);
    GenerationRequest.of(id, datasetId, ask).persist();
    outbox.publish(scope, new InferenceRequested(id, ask.body(), deadline.toString()));
  }

  private static String id(String datasetId, String askKey, String which) {
    return Ids.derived(PREFIX, datasetId + "\n" + askKey + which);
  }

  /**
   * Takes an answer; one that goes into another question is passed on with it. The last one ends
   * the waiting, as does that there is no such model.
   */
  void answered(Scope scope, String requestId, Answer answer) {
    String datasetId =
        GenerationRequest.find(
                "select r.datasetId from GenerationRequest r where r.requestId = ?1", requestId)
            .project(String.class)
            .firstResult();
    if (datasetId == null) {
      return;
    }
    inTurn(datasetId);
    Generation generation = Generation.findById(datasetId);
    if (generation == null || !generation.isOpen() || !generation.tenant().equals(scope.tenant())) {
      return;
    }
    GenerationRequest asked = GenerationRequest.findById(requestId);
    if (!asked.isOpen()) {
      return;
    }
    boolean second = requestId.equals(id(datasetId, asked.askKey(), THEN));
    // The model answered the first question: that it is gone costs this example, not the dataset.
    asked.take(
        second && Answer.MODEL_NOT_FOUND.equals(answer.failure())
            ? Answer.failed(Answer.NO_ANSWER)
            : answer);
    Ask next = asked.passOn();
    if (next != null) {
      ask(scope, datasetId, next, THEN, generation.deadline());
    }
    if (open(datasetId) == 0 || isModelUnknown(asked, answer)) {
      generation.end();
      ended.fire(new GenerationEnded(datasetId));
    }
  }

  /** Forgets the questions of a dataset that is done. */
  public void forget(String datasetId) {
    GenerationRequest.delete("datasetId", datasetId);
    Generation.deleteById(datasetId);
  }

  private static boolean isModelUnknown(GenerationRequest asked, Answer answer) {
    return Answer.MODEL_NOT_FOUND.equals(answer.failure())
        && GenerationRequest.count(
                "datasetId = ?1 and step = ?2 and status in ?3",
                asked.datasetId(),
                asked.step(),
                List.of(Status.ANSWERED, Status.PASSED_ON))
            == 0;
  }

  private static long open(String datasetId) {
    return GenerationRequest.count("datasetId = ?1 and status = ?2", datasetId, Status.ASKED);
  }

  private static List<GenerationRequest> requests(String datasetId) {
    return GenerationRequest.list("datasetId", datasetId);
  }
}
