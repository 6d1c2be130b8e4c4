package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.trace.Traces;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * One try of one engine for a turn. Tells its {@link Listener} once what came of it, on the event
 * loop that began it, and nothing more after {@link #cancel}.
 */
final class Upstream {

  /** How long an engine that refuses has to say why. */
  private static final long WORDS_MS = 5000;

  private final Seat seat;
  private final Turn turn;
  private final Renaming renaming;
  private final Listener listener;
  private final long start = System.nanoTime();
  private HttpClientRequest request;
  private boolean over;
  private boolean closed;
  private boolean fault;

  Upstream(Seat seat, Turn turn, Listener listener) {
    this.seat = seat;
    this.turn = turn;
    this.listener = listener;
    this.renaming = Renaming.of(seat, turn.model());
  }

  /** What of a client's headers an engine gets to see. */
  static Map<String, String> headers(HttpServerRequest client) {
    Map<String, String> headers = new HashMap<>();
    pass(client, "accept", headers);
    if (Traces.current() == null) {
      // Otherwise the request's own span is sent, which the client's is the parent of.
      pass(client, "traceparent", headers);
    }
    return headers;
  }

  private static void pass(HttpServerRequest client, String name, Map<String, String> headers) {
    String value = client.getHeader(name);
    if (value != null) {
      headers.put(name, value);
    }
  }

  void ask(EngineClient client, EngineConfig config, Map<String, String> headers) {
    client
        .openAnswer(engine().spec(), turn.api().path(), config.answerTimeout())
        .onSuccess(opened -> send(opened, headers))
        .onFailure(this::unsent);
  }

  Engine engine() {
    return seat.engine();
  }

  Seat seat() {
    return seat;
  }

  Renaming renaming() {
    return renaming;
  }

  /** Whether the engine has the question, or is about to. */
  boolean isSent() {
    return request != null;
  }

  /** Whether the engine closed the connection over the question. */
  boolean wasClosed() {
    return closed;
  }

  /** Whether it began with an error that the question itself may be the cause of. */
  boolean isFault() {
    return fault;
  }

  /** Since when the engine is asked, by {@link System#nanoTime()}. */
  long start() {
    return start;
  }

  /** Ends the engine's work, and this try's place in it. */
  void cancel() {
    over = true;
    if (request != null) {
      request.reset();
    }
    seat.close();
  }

  /** The answer is over, so that the engine is free for another. */
  void done() {
    over = true;
    seat.close();
  }

  private void send(HttpClientRequest opened, Map<String, String> headers) {
    request = opened;
    if (over) {
      opened.reset();
      return;
    }
    turn.sent(true);
    headers.forEach(opened::putHeader);
    opened.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    opened
        .send(Buffer.buffer(renaming.question(turn.question())))
        .onSuccess(this::began)
        .onFailure(this::unanswered);
  }

  private void began(HttpClientResponse response) {
    if (over) {
      request.reset();
      return;
    }
    if (response.statusCode() == 200 && Answers.isStream(response)) {
      open(response);
      return;
    }
    if (EngineError.isOfTheKey(response.statusCode())) {
      seat.refusedKey(response.statusCode());
      failed(Problems.engineUnreachable(), true);
      request.reset();
      return;
    }
    if (response.statusCode() == 503) {
      Vertx vertx = Vertx.currentContext().owner();
      long unread = vertx.setTimer(WORDS_MS, any -> wordless());
      response
          .body()
          .onComplete(any -> vertx.cancelTimer(unread))
          .onSuccess(body -> refused(response, body))
          .onFailure(this::broke);
    } else {
      headed(response);
    }
  }

  /** The head came and nothing else, for which the request's own limit is no more. */
  private void wordless() {
    if (!over) {
      failed(Problems.engineBusy(), true);
      request.reset();
    }
  }

  /** Its words tell whether it is busy or the question does not fit. */
  private void refused(HttpClientResponse response, Buffer body) {
    if (!over) {
      fault = EngineError.of(response.statusCode(), body.toString()).isOutOfMemory();
      headed(response);
    }
  }

  private void headed(HttpClientResponse response) {
    if (response.statusCode() >= 500) {
      seat.failed();
    } else {
      seat.succeeded();
    }
    listener.began(this, response, null);
  }

  /** Waits for the first thing that is said; the listener then takes the stream over. */
  private void open(HttpClientResponse response) {
    Opening opening = new Opening();
    response.exceptionHandler(this::broke);
    response.endHandler(any -> broke(null));
    response.handler(
        bytes -> {
          if (over) {
            return;
          }
          opening.next(bytes);
          if (opening.error() != null) {
            Problem error = opening.error();
            String told = renaming.text(error.detail());
            fault = Attempts.FAULTS.contains(error.status());
            failed(new Problem(error.status(), error.code(), told, error.param()), true);
            request.reset();
          } else if (opening.isSaid()) {
            seat.succeeded();
            listener.began(this, response, opening.held());
          }
        });
  }

  /** The stream is over before anything was said. */
  private void broke(Throwable failure) {
    boolean late = failure instanceof TimeoutException;
    failed(late ? Problems.engineTimeout() : Problems.interrupted(), !late);
  }

  private void unsent(Throwable failure) {
    // A connection that is long in coming may only wait for another's end: the models list tells.
    if (failure instanceof ConnectionPoolTooBusyException || failure instanceof TimeoutException) {
      failed(Problems.engineBusy(), true);
    } else {
      engine().isDown("engine " + engine().url() + " cannot be reached: " + failure.getMessage());
      failed(Problems.engineUnreachable(), true);
    }
  }

  /** An idle connection may be closed in the moment in which it is used: the next try tells. */
  private void unanswered(Throwable failure) {
    boolean late = failure instanceof TimeoutException;
    closed = !late;
    failed(late ? Problems.engineTimeout() : Problems.engineUnreachable(), !late);
  }

  private void failed(Problem problem, boolean elsewhere) {
    if (!over) {
      if (problem.status() >= 500) {
        seat.failed();
      }
      done();
      listener.failed(this, problem, elsewhere);
    }
  }

  /** Who is told. */
  interface Listener {

    /**
     * An answer begins: the head of a whole one is there, whose body is asked for at once or not at
     * all, or what a stream says first.
     *
     * @param first all that has come of a stream; null for a whole answer
     */
    void began(Upstream upstream, HttpClientResponse response, Buffer first);

    /** There will be no answer; {@code elsewhere} tells whether another engine may give one. */
    void failed(Upstream upstream, Problem problem, boolean elsewhere);
  }
}
