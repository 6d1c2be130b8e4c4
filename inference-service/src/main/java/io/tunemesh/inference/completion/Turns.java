package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Steps;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Asks what did not come over HTTP, with all the steps, and waits for the whole answer. */
@ApplicationScoped
public class Turns {

  private final ModelGate gate;
  private final PoolConfig pool;
  private final Steps steps;

  Turns(ModelGate gate, PoolConfig pool, Steps steps) {
    this.gate = gate;
    this.pool = pool;
    this.steps = steps;
  }

  /**
   * The whole answer; a stream is not asked for, whatever the question says.
   *
   * @throws NotYet if the model or the engine is not there now, or is busy
   * @throws Refusal if there will be no answer
   */
  public ObjectNode ask(Turn turn) throws InterruptedException {
    turn.askWhole();
    Passage passage = steps.passage(turn);
    try {
      passage.enter();
      ObjectNode answer = answer(turn);
      passage.begins();
      passage.used(Usage.of(answer));
      passage.leave(answer);
      passage.end(Outcome.ANSWERED, 200, null);
      return answer;
    } catch (Refusal refusal) {
      Problem problem = refusal.problem();
      passage.end(
          problem.status() >= 500 ? Outcome.FAILED : Outcome.REFUSED,
          problem.status(),
          problem.code());
      throw refusal;
    } catch (InterruptedException | RuntimeException | Error e) {
      // Also after an Error, or the turn would hold its slot for ever.
      passage.end(Outcome.FAILED, 500, "internal_error");
      throw e;
    }
  }

  /** Asks another engine when one fails, as is done for what comes over HTTP. */
  private ObjectNode answer(Turn turn) throws InterruptedException {
    Set<Engine> failed = new HashSet<>();
    Refusal refusal = null;
    for (int tries = 0; tries < pool.tries(); tries++) {
      gate.asked(turn.tenant(), turn.model());
      Seat seat = gate.await(turn.tenant(), turn.model(), failed, Duration.ZERO);
      if (seat == null) {
        throw refusal == null ? none(turn) : refusal;
      }
      try (seat) {
        return answer(turn, seat);
      } catch (NotYet notYet) {
        refusal = notYet;
        failed.add(seat.engine());
        if (!gate.another(turn.tenant(), turn.model(), failed)) {
          throw notYet;
        }
      }
    }
    throw refusal;
  }

  private ObjectNode answer(Turn turn, Seat seat) throws InterruptedException {
    Renaming renaming =
        seat.copy() == null ? Renaming.NONE : Renaming.of(seat.copy().name(), turn.model());
    try {
      ObjectNode answer =
          seat.engine().calls().answer(turn.api().path(), renaming.question(turn.question()));
      seat.succeeded();
      turn.answeredBy(seat.engine().spec().name());
      if (answer.has("model")) {
        answer.put("model", turn.model());
      }
      return answer;
    } catch (EngineUnreachable e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the asker does not wait any more");
      }
      seat.failed();
      seat.engine().isDown(e.getMessage());
      throw new NotYet(Problems.engineUnreachable());
    } catch (EngineTimeout e) {
      seat.failed();
      throw new Refusal(Problems.engineTimeout());
    } catch (EngineError e) {
      throw refusal(seat, renaming, e);
    }
  }

  private Refusal none(Turn turn) {
    Problem problem = gate.none(turn.tenant(), turn.model());
    return problem.status() == 503 ? new NotYet(problem) : new Refusal(problem);
  }

  private Refusal refusal(Seat seat, Renaming renaming, EngineError e) {
    if (e.status() >= 500) {
      seat.failed();
    }
    Problem problem = new Problem(e.status(), e.code(), renaming.text(e.getMessage()), null);
    if (e.status() == 404 && seat.copy() != null) {
      gate.lost(seat);
      return new NotYet(problem);
    }
    return e.busy() ? new NotYet(problem) : new Refusal(problem);
  }
}
