package io.tunemesh.inference.shadow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Asks shadowed models beside the traffic: a bounded number at once, and none when too many wait.
 * Whatever becomes of it, the answer that was given is not touched.
 */
@ApplicationScoped
class Shadows {

  private static final Logger LOG = Logger.getLogger(Shadows.class);

  private final Turns turns;
  private final ShadowAnswers answers;
  private final MeterRegistry meters;
  private final Semaphore room;
  private final Semaphore atOnce;

  Shadows(Turns turns, ShadowAnswers answers, ShadowConfig config, MeterRegistry meters) {
    this.turns = turns;
    this.answers = answers;
    this.meters = meters;
    this.room = new Semaphore(config.concurrency() + config.waiting());
    this.atOnce = new Semaphore(config.concurrency());
  }

  /** Has {@code model} answer the same question; returns at once. */
  void ask(Turn turn, String aliasId, String model, String answer, Ending ending) {
    if (!room.tryAcquire()) {
      count("dropped");
      return;
    }
    ObjectNode question = turn.body().deepCopy().put("model", model).put("stream", false);
    question.remove("stream_options");
    ShadowAnswer row =
        ShadowAnswer.to(turn, aliasId, model, answer, ending.totalNanos(), Instant.now());
    Asker asker = new Asker(turn.tenant(), turn.caller(), turn.traceparent());
    Turn shadow = Turn.of(asker, turn.api(), Source.SHADOW, question);
    Thread.ofVirtual().name("shadow").start(() -> work(shadow, row));
  }

  private void work(Turn shadow, ShadowAnswer row) {
    try {
      atOnce.acquire();
      try {
        compare(shadow, row);
      } finally {
        atOnce.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warnf("A shadow's answer is not kept, turn=%s cause=%s", shadow.id(), e);
    } finally {
      room.release();
    }
  }

  private void compare(Turn shadow, ShadowAnswer row) throws InterruptedException {
    long start = System.nanoTime();
    try {
      ObjectNode answer = turns.ask(shadow);
      row.answered(ShadowStep.text(answer), System.nanoTime() - start);
      count("answered");
    } catch (Refusal refusal) {
      row.failed(refusal.problem().code() + ": " + refusal.getMessage(), System.nanoTime() - start);
      count("failed");
    }
    answers.add(row);
  }

  private void count(String outcome) {
    meters.counter("tunemesh.shadows", "outcome", outcome).increment();
  }
}
