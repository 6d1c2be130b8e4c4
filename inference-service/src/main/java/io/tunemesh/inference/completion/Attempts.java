package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings a turn the beginning of an answer: asks another engine when one fails before the first
 * byte and, where it is wanted, a second one when the first is slow. One answer is kept and the
 * other tries are cancelled. All of it runs on the turn's event loop, but for waiting.
 */
final class Attempts implements Upstream.Listener {

  /** How often an engine may say that it lost an adapter that it had. */
  private static final int REFILLS = 3;

  private final ModelGate gate;
  private final EngineClient client;
  private final EngineConfig config;
  private final PoolConfig pool;
  private final HedgeDelays hedges;
  private final Context context;
  private final Turn turn;
  private final Map<String, String> headers;
  private final Listener listener;

  private final Set<Engine> failed = new HashSet<>();
  private final List<Upstream> running = new ArrayList<>();
  private long timer = -1;
  private int refills;
  private boolean retried;
  private boolean over;

  Attempts(
      Parts parts, Context context, Turn turn, Map<String, String> headers, Listener listener) {
    this.gate = parts.gate();
    this.client = parts.client();
    this.config = parts.config();
    this.pool = parts.pool();
    this.hedges = parts.hedges();
    this.context = context;
    this.turn = turn;
    this.headers = headers;
    this.listener = listener;
  }

  void start() {
    gate.asked(turn.tenant(), turn.model());
    next();
  }

  /** Whether an engine has the question and has not begun to answer. */
  boolean isAsking() {
    return running.stream().anyMatch(Upstream::isSent);
  }

  /** Ends the work of all engines that were asked. */
  void cancel() {
    over = true;
    stopTimer();
    running.forEach(Upstream::cancel);
    running.clear();
  }

  @Override
  public void began(Upstream upstream, HttpClientResponse response) {
    running.remove(upstream);
    int status = response.statusCode();
    if (status == 404 && upstream.seat().copy() != null && refills++ < REFILLS) {
      // The engine was started anew since it was last seen: it is filled again, and asked again.
      drop(upstream, response);
      gate.lost(upstream.seat());
      next();
      return;
    }
    if (status == 503 || status == 429) {
      Seat other = other(upstream.engine());
      if (other != null) {
        drop(upstream, response);
        ask(other);
        return;
      }
      if (!running.isEmpty()) {
        drop(upstream, response);
        return;
      }
    }
    if (status < 400 && hedges.concerns(turn)) {
      hedges.began(turn, System.nanoTime() - upstream.start());
    }
    cancel();
    listener.began(upstream, response);
  }

  @Override
  public void failed(Upstream upstream, Problem problem, boolean elsewhere) {
    running.remove(upstream);
    if (over || !running.isEmpty()) {
      return;
    }
    if (!elsewhere) {
      end(problem);
    } else if (upstream.wasClosed() && !retried) {
      retried = true;
      next();
    } else {
      failed.add(upstream.engine());
      if (failed.size() < pool.tries() && gate.another(turn.tenant(), turn.model(), failed)) {
        next();
      } else {
        end(problem);
      }
    }
  }

  private void next() {
    if (over) {
      return;
    }
    Seat seat = gate.seat(turn.tenant(), turn.model(), failed);
    if (seat != null) {
      ask(seat);
      return;
    }
    // Waiting and the database are not for the event loop.
    Set<Engine> except = Set.copyOf(failed);
    Thread.ofVirtual()
        .name(turn.id())
        .start(
            () -> {
              try {
                Seat found = gate.await(turn.tenant(), turn.model(), except);
                Problem none = found == null ? gate.none(turn.tenant(), turn.model()) : null;
                context.runOnContext(any -> waited(found, none));
              } catch (Throwable e) {
                context.runOnContext(any -> broke(e));
              }
            });
  }

  private void waited(Seat seat, Problem none) {
    if (seat != null && over) {
      seat.close();
    } else if (seat != null) {
      ask(seat);
    } else if (running.isEmpty()) {
      // Else the try that still runs ends the turn.
      end(none);
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
    Set<Engine> except = new HashSet<>(failed);
    except.add(running.getFirst().engine());
    Seat second = gate.seat(turn.tenant(), turn.model(), except);
    if (second != null) {
      ask(second);
    }
  }

  /** A seat in an engine that was not asked yet; null if there is none. */
  private Seat other(Engine busy) {
    failed.add(busy);
    if (over || failed.size() >= pool.tries() || !running.isEmpty()) {
      return null;
    }
    return gate.seat(turn.tenant(), turn.model(), failed);
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

    /** An answer begins; {@code upstream} is the listener's to end. */
    void began(Upstream upstream, HttpClientResponse response);

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
      HedgeDelays hedges) {}
}
