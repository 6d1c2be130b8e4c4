package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Steps;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;

/** Asks what did not come over HTTP, with all the steps, and waits for the whole answer. */
@ApplicationScoped
public class Turns {

  private final ModelGate gate;
  private final Engine engine;
  private final Steps steps;

  Turns(ModelGate gate, Engine engine, Steps steps) {
    this.gate = gate;
    this.engine = engine;
    this.steps = steps;
  }

  /**
   * The whole answer; a stream is not asked for, whatever the question says.
   *
   * @throws NotYet if the model or the engine is not there now, or is busy
   * @throws Refusal if there will be no answer
   */
  public ObjectNode ask(Turn turn) throws InterruptedException {
    turn.body().remove("stream_options");
    turn.body().put("stream", false);
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
    } catch (InterruptedException | RuntimeException e) {
      passage.end(Outcome.FAILED, 500, "internal_error");
      throw e;
    }
  }

  private ObjectNode answer(Turn turn) {
    return switch (gate.look(turn.tenant(), turn.model())) {
      case Access.Granted granted -> engineAnswer(turn);
      case Access.NotYet notYet -> throw new NotYet(notYet.problem());
      case Access.Denied denied -> throw new Refusal(denied.problem());
    };
  }

  private ObjectNode engineAnswer(Turn turn) {
    try {
      return engine.answer(turn.api().path(), turn.question());
    } catch (EngineUnreachable e) {
      throw new NotYet(Problems.engineUnreachable());
    } catch (EngineTimeout e) {
      throw new Refusal(Problems.engineTimeout());
    } catch (EngineError e) {
      throw refusal(turn, e);
    }
  }

  private Refusal refusal(Turn turn, EngineError e) {
    Problem problem = new Problem(e.status(), e.code(), e.getMessage(), null);
    if (e.status() == 404 && gate.isTuned(turn.model())) {
      gate.lost(turn.model());
      return new NotYet(problem);
    }
    return e.busy() ? new NotYet(problem) : new Refusal(problem);
  }
}
