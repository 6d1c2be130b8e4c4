package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.feedback.FeedbackAccepted;
import io.tunemesh.contract.feedback.FeedbackGiven;
import io.tunemesh.contract.feedback.FeedbackRefused;
import io.tunemesh.inference.feedback.KeptAnswers.Kept;
import io.tunemesh.inference.request.OtherRequest;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.util.List;

/**
 * What people think of answers, for all tenants. A feedback and its event are committed together.
 */
@ApplicationScoped
class Feedbacks {

  private static final String PREFIX = "fb-";
  private static final String BY_EVENT = "event";

  private final KeptAnswers kept;
  private final Outbox outbox;
  private final DatabaseClock clock;
  private final FeedbackConfig config;

  Feedbacks(KeptAnswers kept, Outbox outbox, DatabaseClock clock, FeedbackConfig config) {
    this.kept = kept;
    this.outbox = outbox;
    this.clock = clock;
    this.config = config;
  }

  /**
   * Takes a feedback, in a transaction that begins when its answer is there.
   *
   * @throws Refusal if it cannot be, such as when nobody knows the question
   */
  Feedback give(Scope scope, String caller, ObjectNode body) {
    FeedbackRequest asked = FeedbackRequest.read(body, config.longest());
    kept.settle(scope.tenant(), asked.completion());
    return QuarkusTransaction.requiringNew()
        .call(() -> give(Ids.random(PREFIX), scope, caller, null, asked));
  }

  /** Takes {@code FeedbackGiven}; what cannot be is told as a fact. */
  void given(@Observes OtherRequest request) {
    Envelope<?> event = request.event();
    if (!(event.data() instanceof FeedbackGiven given)) {
      return;
    }
    if (given.feedback() == null) {
      throw new MalformedEvent("the data of a FeedbackGiven has no field 'feedback'");
    }
    QuarkusTransaction.suspendingExisting().run(kept::write);
    String id = Ids.derived(PREFIX, event.key());
    Scope scope = Scope.of(event);
    try {
      FeedbackRequest asked = FeedbackRequest.read(given.feedback(), config.longest());
      give(id, scope, BY_EVENT, given.requestId(), asked);
    } catch (Refusal e) {
      Problem why = e.problem();
      outbox.publish(
          scope, new FeedbackRefused(id, given.requestId(), why.code(), why.detail(), why.param()));
    }
  }

  private Feedback give(
      String id, Scope scope, String caller, String requestId, FeedbackRequest asked) {
    Kept about =
        kept.find(scope.tenant(), asked.completion()).orElseGet(() -> sentAlong(scope, asked));
    Feedback feedback = new Feedback();
    feedback.id = id;
    feedback.tenant = scope.tenant();
    feedback.run = scope.run();
    feedback.caller = caller;
    feedback.completion = about.completion() == null ? asked.completion() : about.completion();
    feedback.model = about.model();
    feedback.rating = asked.rating();
    feedback.messages = KeptAnswers.storable(about.messages());
    feedback.tools = KeptAnswers.storable(about.tools());
    feedback.answer = KeptAnswers.storable(about.answer());
    feedback.corrected = KeptAnswers.storable(asked.corrected());
    feedback.comment = KeptAnswers.storable(asked.comment());
    feedback.example = asked.corrected() != null || asked.rating() == Feedback.Rating.UP;
    feedback.createdAt = clock.now();
    feedback.persist();
    outbox.publish(
        scope,
        new FeedbackAccepted(
            id,
            requestId,
            feedback.completion,
            feedback.model,
            feedback.rating.wire(),
            feedback.corrected != null));
    return feedback;
  }

  private static Kept sentAlong(Scope scope, FeedbackRequest asked) {
    boolean whole =
        asked.messages() != null && (asked.answer() != null || asked.corrected() != null);
    if (!whole) {
      throw new Refusal(
          new Problem(
              404,
              "completion_unknown",
              "The completion '%s' is not kept here. Send its 'messages' and its 'answer' along, or"
                      .formatted(asked.completion())
                  + " ask with \"store\": true next time.",
              "completion_id"));
    }
    String answer = asked.answer() == null ? "" : asked.answer();
    return new Kept(
        asked.completion(),
        scope.tenant(),
        asked.completion(),
        asked.model() == null ? "unknown" : asked.model(),
        asked.messages().toString(),
        asked.tools() == null ? null : asked.tools().toString(),
        Json.MAPPER.createObjectNode().put("role", "assistant").put("content", answer).toString());
  }

  @Transactional
  Feedback find(String tenant, String id) {
    return Feedback.<Feedback>find("id = ?1 and tenant = ?2", id, tenant)
        .firstResultOptional()
        .orElseThrow(() -> Refusal.notFound("feedback", id));
  }

  /** Up to {@code limit} feedbacks of a tenant, newest first. */
  @Transactional
  List<Feedback> list(String tenant, String after, int limit) {
    long from = after == null ? Long.MAX_VALUE : find(tenant, after).seq;
    return Feedback.<Feedback>find("tenant = ?1 and seq < ?2 order by seq desc", tenant, from)
        .range(0, limit - 1)
        .list();
  }

  /** Forgets a feedback; a file that it is part of already keeps it. */
  @Transactional
  void delete(String tenant, String id) {
    find(tenant, id).delete();
  }
}
