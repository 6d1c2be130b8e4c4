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
import java.net.ConnectException;

/** Asks what did not come over HTTP, with all the steps, and waits for the whole answer. */
@ApplicationScoped
public class Turns {

  private final ModelGate gate;
  private final PoolConfig pool;
  private final Steps steps;

  /** An engine says that it lost an adapter that it had. */
  private static final class Lost extends Refusal {
    private Lost(Problem problem) {
      super(problem);
    }
  }

  /** An engine failed over the question, which may have been the cause. */
  private static final class Fault extends Refusal {
    private Fault(Problem problem) {
      super(problem);
    }
  }

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
      Told.add(answer, turn.told());
      passage.end(Outcome.ANSWERED, 200, null);
      return answer;
    } catch (Refusal refusal) {
      Problem problem = refusal.problem();
      if (refusal instanceof NotYet) {
        // It waits and is asked again, so that it counts once, however often it is tried.
        turn.sent(false);
      }
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

  /** Asks another engine when one fails, as {@link Attempts} do for what comes over HTTP. */
  private ObjectNode answer(Turn turn) throws InterruptedException {
    Candidates candidates = new Candidates(gate, turn, pool.tries());
    Refusal refusal = null;
    Fault fault = null;
    int refills = 0;
    for (int tries = 0; tries < pool.tries() + refills; tries++) {
      gate.asked(turn.tenant(), turn.model());
      Seat seat = candidates.loaded();
      if (seat == null) {
        throw refusal == null ? none(turn) : refusal;
      }
      try (seat) {
        return answer(turn, seat, candidates);
      } catch (Lost e) {
        // It is filled again and asked again. One that says so each time lacks something else.
        if (refills++ == Attempts.REFILLS) {
          throw new Refusal(e.problem());
        }
        refusal = fault == null ? new NotYet(e.problem()) : fault;
      } catch (NotYet | Fault e) {
        boolean again = e instanceof Fault && fault != null;
        if (e instanceof Fault first && fault == null) {
          fault = first;
        }
        // That nobody else answers is no reason to say less than the engine that did.
        refusal = fault == null ? e : fault;
        candidates.without(seat.engine());
        if (again || !candidates.any()) {
          throw refusal;
        }
      }
    }
    throw refusal;
  }

  private ObjectNode answer(Turn turn, Seat seat, Candidates candidates)
      throws InterruptedException {
    Engine engine = seat.engine();
    Renaming renaming = Renaming.of(seat, turn.model());
    try {
      ObjectNode answer =
          engine
              .calls()
              .answer(
                  turn.api().path(),
                  renaming.question(turn.question()),
                  turn.traceparent(),
                  () -> turn.sent(true),
                  () -> seat.isUnheard() && candidates.givesUp(engine));
      seat.succeeded();
      turn.answeredBy(seat.engine().name());
      if (answer.has("model")) {
        answer.put("model", turn.model());
      }
      return answer;
    } catch (EngineUnreachable e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the asker does not wait any more");
      }
      seat.failed();
      // Of a connection that broke later the engine may know nothing: its health tells.
      if (e.getCause() instanceof ConnectException) {
        engine.isDown(e.getMessage());
      }
      throw new NotYet(Problems.engineUnreachable());
    } catch (EngineTimeout e) {
      seat.failed();
      throw candidates.has(engine)
          ? new Refusal(Problems.engineTimeout())
          : new NotYet(Problems.engineUnreachable());
    } catch (EngineError e) {
      throw refusal(seat, renaming, e);
    }
  }

  private Refusal none(Turn turn) {
    Problem problem = gate.none(turn.tenant(), turn.model());
    return problem.status() == 503 ? new NotYet(problem) : new Refusal(problem);
  }

  private Refusal refusal(Seat seat, Renaming renaming, EngineError e) {
    if (EngineError.isOfTheKey(e.status())) {
      seat.refusedKey(e.status());
      return new NotYet(Problems.engineUnreachable());
    }
    if (e.status() >= 500) {
      seat.failed();
    }
    Problem problem = new Problem(e.status(), e.code(), renaming.text(e.getMessage()), null);
    if (e.status() == 404 && seat.copy() != null) {
      gate.lost(seat);
      return new Lost(problem);
    }
    if (Attempts.FAULTS.contains(e.status()) || e.isOutOfMemory()) {
      return new Fault(problem);
    }
    return e.busy() ? new NotYet(problem) : new Refusal(problem);
  }
}
