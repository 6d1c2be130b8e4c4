package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.Context;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The engines that may be asked for a turn: all but those that have failed over it. */
final class Candidates {

  private final ModelGate gate;
  private final Turn turn;
  private final int tries;
  private final Set<Engine> failed = new HashSet<>();

  /**
   * @param tries how many engines are asked at most
   */
  Candidates(ModelGate gate, Turn turn, int tries) {
    this.gate = gate;
    this.turn = turn;
    this.tries = tries;
  }

  /** That engine is asked no more. */
  void without(Engine engine) {
    failed.add(engine);
  }

  /** Whether that engine may be asked. */
  boolean has(Engine engine) {
    return !failed.contains(engine);
  }

  /** Whether there is another. */
  boolean any() {
    return failed.size() < tries && gate.another(turn.tenant(), turn.model(), failed);
  }

  /** Gives up an engine that is silent if another is well; if none is, that one is waited for. */
  boolean givesUp(Engine silent) {
    Set<Engine> except = with(silent);
    boolean found =
        except.size() < tries && gate.isWellWithout(turn.tenant(), turn.model(), except);
    if (found) {
      failed.add(silent);
    }
    return found;
  }

  /** A seat that is there now; null if there is none, or so many were asked. */
  Seat now() {
    return failed.size() < tries ? gate.seat(turn.tenant(), turn.model(), failed) : null;
  }

  /** The same, for which the model is loaded; null also if no seat is there then. */
  Seat loaded() throws InterruptedException {
    return gate.loaded(turn.tenant(), turn.model(), failed);
  }

  /** The same beside an engine that is at it. */
  Seat beside(Engine busy) {
    return gate.seat(turn.tenant(), turn.model(), with(busy));
  }

  /**
   * Waits for a seat beside the event loop, and tells it there.
   *
   * @param then gets the seat, or null and why there is none
   */
  void await(Context context, BiConsumer<Seat, Problem> then, Consumer<Throwable> broke) {
    Set<Engine> except = Set.copyOf(failed);
    Thread.ofVirtual()
        .name(turn.id())
        .start(
            () -> {
              try {
                Seat found = gate.await(turn.tenant(), turn.model(), except);
                Problem none = found == null ? gate.none(turn.tenant(), turn.model()) : null;
                context.runOnContext(any -> then.accept(found, none));
              } catch (Throwable e) {
                context.runOnContext(any -> broke.accept(e));
              }
            });
  }

  private Set<Engine> with(Engine engine) {
    Set<Engine> more = new HashSet<>(failed);
    more.add(engine);
    return more;
  }
}
