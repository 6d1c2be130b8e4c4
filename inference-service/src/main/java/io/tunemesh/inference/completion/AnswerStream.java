package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * An answer on its way from the engine to the client frame by frame, no faster than the client
 * reads. It ends with the engine's last frame, or with an error that tells the client that what it
 * has is not all: also when the engine says nothing more for too long.
 */
final class AnswerStream {

  private static final Logger LOG = Logger.getLogger(AnswerStream.class);

  private final RoutingContext client;
  private final Turn turn;
  private final Passage passage;
  private final Upstream upstream;
  private final HttpClientResponse engine;
  private final Frames frames;
  private final Watch watch;
  private final Context context = Vertx.currentContext();
  private volatile long heard = System.nanoTime();
  private volatile boolean full;
  private boolean slow;
  private boolean broken;

  AnswerStream(
      Watch watch,
      RoutingContext client,
      Turn turn,
      Passage passage,
      Upstream upstream,
      HttpClientResponse engine) {
    this.watch = watch;
    this.client = client;
    this.turn = turn;
    this.passage = passage;
    this.upstream = upstream;
    this.engine = engine;
    this.frames = new Frames(turn, passage, upstream.renaming());
  }

  /** Begins with what has come already. */
  void start(Buffer first) {
    passage.streamed(0);
    passage.begins();
    HttpServerResponse toClient = client.response();
    Answers.begin(toClient, engine, turn);
    // The first frames may be held back, and the client is to know that an answer has begun.
    toClient.writeHead();
    toClient.drainHandler(any -> goOn());
    engine.exceptionHandler(this::breakOff);
    engine.handler(bytes -> orBreakOff(() -> pass(bytes)));
    engine.endHandler(any -> orBreakOff(this::end));
    client.addEndHandler(any -> watch.remove(this));
    watch.add(this);
    orBreakOff(() -> pass(first));
  }

  Engine engine() {
    return upstream.engine();
  }

  /**
   * Ends it if the engine has said nothing for as long as {@code silent}, or the client has left
   * what it said unread for as long as {@code unread}; on any thread.
   */
  void look(Duration silent, Duration unread) {
    if (isOver(silent, unread)) {
      // Once more there, since bytes may wait that have come meanwhile.
      context.runOnContext(any -> stop(silent, unread));
    }
  }

  private boolean isOver(Duration silent, Duration unread) {
    return System.nanoTime() - heard > (full ? unread : silent).toNanos();
  }

  private void stop(Duration silent, Duration unread) {
    if (!isOver(silent, unread) || broken || client.response().ended()) {
      return;
    }
    if (full) {
      breakOff(Problems.clientStalled(), new TimeoutException("unread for " + unread));
    } else {
      stalled(new TimeoutException("nothing for " + silent));
    }
  }

  private void pass(Buffer bytes) {
    heard = System.nanoTime();
    Buffer out = frames.next(bytes);
    if (out.length() > 0) {
      client.response().write(out);
    }
    if (frames.aborted()) {
      breakOff(new IOException("the engine has broken it off"));
      return;
    }
    slow = client.response().writeQueueFull();
    if (slow) {
      full = true;
      engine.pause();
    }
  }

  private void goOn() {
    heard = System.nanoTime();
    full = false;
    engine.resume();
  }

  private void end() {
    Buffer last = frames.end();
    if (frames.aborted()) {
      breakOff(new IOException("the engine has broken it off"));
      return;
    }
    watch.remove(this);
    upstream.done();
    Problem error = frames.error();
    Outcome outcome = error == null ? Outcome.ANSWERED : Forward.outcome(error.status());
    int status = error == null ? engine.statusCode() : error.status();
    Answers.endWith(
        client.response().end(last), passage, outcome, status, error == null ? null : error.code());
  }

  /** What nobody foresaw ends the stream, or the client would wait and the slot stay taken. */
  private void orBreakOff(Runnable work) {
    if (broken) {
      return;
    }
    try {
      work.run();
    } catch (Throwable e) {
      LOG.error("A stream cannot be passed on, turn=" + turn.id(), e);
      breakOff(e);
    }
  }

  private void breakOff(Throwable failure) {
    if (!(failure instanceof TimeoutException)) {
      breakOff(Problems.interrupted(), failure);
    } else if (slow) {
      // The connection's limit does not know for whom it was idle.
      breakOff(Problems.clientStalled(), failure);
    } else {
      stalled(failure);
    }
  }

  private void stalled(Throwable failure) {
    engine().stalls();
    long seconds = Duration.ofNanos(System.nanoTime() - heard).toSeconds();
    breakOff(Problems.stalled(seconds), failure);
  }

  /** Without an end, so that the client does not take what it has for the whole answer. */
  private void breakOff(Problem problem, Throwable cause) {
    if (broken || client.response().closed()) {
      return;
    }
    broken = true;
    watch.remove(this);
    LOG.warnf("An answer was broken off, model=%s cause=%s", turn.model(), cause);
    upstream.cancel();
    passage.end(Outcome.FAILED, problem.status(), problem.code());
    client
        .response()
        .write("data: " + problem.json(null) + "\n\n")
        .onComplete(any -> Answers.breakOff(client));
  }
}
