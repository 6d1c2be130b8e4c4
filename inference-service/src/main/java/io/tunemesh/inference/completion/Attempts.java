package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings a turn the beginning of an answer: asks another engine when one fails or falls silent
 * before it has said anything and, where it is wanted, a second one when the first is slow. One
 * answer is kept and the other tries are cancelled. All of it runs on the turn's event loop, but
 * for waiting.
 */
final class Attempts implements Upstream.Listener {

  /** How often an engine may say that it lost an adapter that it had. */
  static final int REFILLS = 3;

  /** Failures of an engine, which the question itself may be the cause of. */
  static final Set<Integer> FAULTS = Set.of(500, 502, 504);

  private final ModelGate gate;
  private final EngineClient client;
  private final EngineConfig config;
  private final Candidates candidates;
  private final HedgeDelays hedges;
  private final Watch watch;
  private final Context context;
  private final Turn turn;
  private final Map<String, String> headers;
  private final Listener listener;

  private final List<Upstream> running = new ArrayList<>();
  private long timer = -1;
  private int refills;
  private boolean retried;
  private boolean looking;
  private Problem fault;
  private boolean over;

  Attempts(
      Parts parts, Context context, Turn turn, Map<String, String> headers, Listener listener) {
    this.gate = parts.gate();
    this.client = parts.client();
    this.config = parts.config();
    this.candidates = new Candidates(parts.gate(), turn, parts.pool().tries());
    this.hedges = parts.hedges();
    this.watch = parts.watch();
    this.context = context;
    this.turn = turn;
    this.headers = headers;
    this.listener = listener;
  }

  void start() {
    gate.asked(turn.tenant(), turn.model());
    watch.add(this);
    next();
  }

  /** Whether an engine has the question and has not begun to answer. */
  boolean isAsking() {
    return running.stream().anyMatch(Upstream::isSent);
  }

  /** Ends the work of all engines that were asked. */
  void cancel() {
    over = true;
    watch.remove(this);
    stopTimer();
    running.forEach(Upstream::cancel);
    running.clear();
  }

  @Override
  public void began(Upstream upstream, HttpClientResponse response, Buffer first) {
    running.remove(upstream);
    int status = response.statusCode();
    if (status == 404 && upstream.seat().copy() != null && refills++ < REFILLS) {
      // The engine was started anew since it was last seen: it is filled again, and asked again.
      drop(upstream, response);
      gate.lost(upstream.seat());
      next();
      return;
    }
    boolean faulty = upstream.isFault() || FAULTS.contains(status);
    if (!faulty && (status == 503 || status == 429)) {
      candidates.without(upstream.engine());
      Seat other = isUnderWay() ? null : candidates.now();
      if (other != null) {
        drop(upstream, response);
        ask(other);
        return;
      }
      if (isUnderWay() || fault != null) {
        drop(upstream, response);
        if (!isUnderWay()) {
          end(fault);
        }
        return;
      }
    }
    if (faulty && fault == null) {
      fault =
          upstream.isFault()
              ? Problems.outOfMemory()
              : new Problem(status, "engine_error", "The engine failed on this request.", null);
      candidates.without(upstream.engine());
      if (isUnderWay() || candidates.any()) {
        drop(upstream, response);
        if (!isUnderWay()) {
          next();
        }
        return;
      }
    }
    if (status < 400 && hedges.concerns(turn)) {
      hedges.began(turn, System.nanoTime() - upstream.start());
    }
    cancel();
    listener.began(upstream, response, first);
  }

  @Override
  public void failed(Upstream upstream, Problem problem, boolean elsewhere) {
    running.remove(upstream);
    boolean again = upstream.wasClosed() && !retried;
    if (elsewhere && !again) {
      candidates.without(upstream.engine());
    }
    if (over || isUnderWay()) {
      return;
    }
    retried |= again;
    boolean second = upstream.isFault() && fault != null;
    if (upstream.isFault() && fault == null) {
      fault = problem;
    }
    if (elsewhere && !second && (again || candidates.any())) {
      next();
    } else {
      end(fault == null ? problem : fault);
    }
  }

  /** The engines' state has changed: where the one that was asked is silent, another is asked. */
  void look() {
    context.runOnContext(any -> askBesideSilent());
  }

  private void askBesideSilent() {
    if (over || looking || running.size() != 1) {
      return;
    }
    Seat asked = running.getFirst().seat();
    if (asked.isUnheard() && candidates.givesUp(asked.engine())) {
      next();
    }
  }

  /** Whether another engine was asked, or is about to be. */
  private boolean isUnderWay() {
    return looking || !running.isEmpty();
  }

  private void next() {
    if (over || looking) {
      return;
    }
    Seat seat = candidates.now();
    if (seat != null) {
      ask(seat);
      return;
    }
    looking = true;
    candidates.await(context, this::waited, this::broke);
  }

  private void waited(Seat seat, Problem none) {
    looking = false;
    if (seat != null && over) {
      seat.close();
    } else if (seat != null) {
      ask(seat);
    } else if (running.isEmpty()) {
      // Else the try that still runs ends the turn.
      end(fault == null ? none : fault);
    }
  }

  private void broke(Throwable failure) {
    if (!over) {
      cancel();
      listener.broke(failure);
    }
  }

  private void ask(Seat seat) {
    Upstream upstream = new Upstream(seat, turn, this);
    running.add(upstream);
    if (timer < 0 && hedges.concerns(turn)) {
      Duration delay = hedges.of(turn);
      if (delay != null) {
        timer = context.owner().setTimer(Math.max(1, delay.toMillis()), fired -> hedge());
      }
    }
    upstream.ask(client, config, headers);
  }

  private void hedge() {
    if (over || running.size() != 1) {
      return;
    }
    Seat second = candidates.beside(running.getFirst().engine());
    if (second != null) {
      ask(second);
    }
  }

  private static void drop(Upstream upstream, HttpClientResponse response) {
    response.body().onComplete(any -> {});
    upstream.done();
  }

  private void end(Problem problem) {
    if (!over) {
      cancel();
      listener.none(problem);
    }
  }

  private void stopTimer() {
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
  }

  /** Who is told, once. */
  interface Listener {

    /** As {@link Upstream.Listener#began}; {@code upstream} is the listener's to end. */
    void began(Upstream upstream, HttpClientResponse response, Buffer first);

    /** No engine answers. */
    void none(Problem problem);

    /** Something failed that nobody foresaw. */
    void broke(Throwable failure);
  }

  /** What all turns share. */
  record Parts(
      ModelGate gate,
      EngineClient client,
      EngineConfig config,
      PoolConfig pool,
      HedgeDelays hedges,
      Watch watch) {}
}
