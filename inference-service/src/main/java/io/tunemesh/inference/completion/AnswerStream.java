package io.tunemesh.inference.completion;

import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

/**
 * An answer on its way from the engine to the client frame by frame, no faster than the client
 * reads. It ends with the engine's last frame, or with an error that tells the client that what it
 * has is not all.
 */
final class AnswerStream {

  private static final Logger LOG = Logger.getLogger(AnswerStream.class);

  private final RoutingContext client;
  private final Turn turn;
  private final Passage passage;
  private final Upstream upstream;
  private final HttpClientResponse engine;
  private final Frames frames;
  private boolean broken;

  AnswerStream(
      RoutingContext client,
      Turn turn,
      Passage passage,
      Upstream upstream,
      HttpClientResponse engine) {
    this.client = client;
    this.turn = turn;
    this.passage = passage;
    this.upstream = upstream;
    this.engine = engine;
    this.frames = new Frames(turn, passage, upstream.renaming());
  }

  void start() {
    passage.streamed(0);
    HttpServerResponse toClient = client.response();
    Answers.begin(toClient, engine, turn);
    // The first frames may be held back, and the client is to know that an answer has begun.
    toClient.writeHead();
    toClient.drainHandler(any -> engine.resume());
    engine.exceptionHandler(this::breakOff);
    engine.handler(bytes -> orBreakOff(() -> pass(bytes)));
    engine.endHandler(any -> orBreakOff(this::end));
  }

  private void pass(Buffer bytes) {
    passage.begins();
    Buffer out = frames.next(bytes);
    if (out.length() > 0) {
      client.response().write(out);
    }
    if (client.response().writeQueueFull()) {
      engine.pause();
    }
  }

  private void end() {
    upstream.done();
    Buffer last = frames.end();
    Answers.endWith(
        client.response().end(last), passage, Outcome.ANSWERED, engine.statusCode(), null);
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

  /** Without an end, so that the client does not take what it has for the whole answer. */
  private void breakOff(Throwable failure) {
    if (broken || client.response().closed()) {
      return;
    }
    broken = true;
    LOG.warnf("An answer was broken off, model=%s cause=%s", turn.model(), failure);
    upstream.cancel();
    passage.end(Outcome.FAILED, 502, Problems.interrupted().code());
    client
        .response()
        .write("data: " + Problems.interrupted().json(null) + "\n\n")
        .onComplete(any -> Answers.breakOff(client));
  }
}
