package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.trace.Traces;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One turn that came over HTTP, on its way through the steps to the engine and back. The client
 * gets one answer; when it goes away, the engine's work is cancelled. All callbacks run on the
 * request's event loop, and what may wait runs beside it.
 */
final class Forward implements Attempts.Listener {

  private static final Logger LOG = Logger.getLogger(Forward.class);
  private static final String SSE = "text/event-stream";

  private final RoutingContext client;
  private final Turn turn;
  private final Passage passage;
  private final Context context = Vertx.currentContext();

  private final Attempts attempts;

  private Upstream upstream;
  private boolean clientGone;
  private boolean broken;

  Forward(RoutingContext client, Attempts.Parts parts, Turn turn, Passage passage) {
    this.client = client;
    this.turn = turn;
    this.passage = passage;
    this.attempts = new Attempts(parts, context, turn, headers(), this);
  }

  void start() {
    client.response().putHeader("x-request-id", turn.id());
    client.addEndHandler(
        end -> {
          // Over HTTP/2 the end of a stream is told as a failure, also when all of it was sent.
          if (end.failed() && !client.response().ended()) {
            clientGone = true;
            cancel();
            passage.end(Outcome.CANCELLED, 499, "cancelled");
          }
        });
    if (passage.isFree()) {
      entered();
    } else {
      beside(
          () -> {
            passage.enter();
            return null;
          },
          any -> entered());
    }
  }

  private void entered() {
    if (!clientGone) {
      attempts.start();
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    pass("accept", headers);
    if (Traces.current() == null) {
      // Otherwise the request's own span is sent, which the client's is the parent of.
      pass("traceparent", headers);
    }
    return headers;
  }

  private void pass(String name, Map<String, String> headers) {
    String value = client.request().getHeader(name);
    if (value != null) {
      headers.put(name, value);
    }
  }

  @Override
  public void none(Problem problem) {
    refuse(problem);
  }

  @Override
  public void broke(Throwable failure) {
    failed(failure);
  }

  @Override
  public void began(Upstream answering, HttpClientResponse response) {
    upstream = answering;
    if (clientGone) {
      cancel();
    } else if (isStream(response)) {
      stream(response);
    } else {
      response
          .body()
          .onSuccess(body -> whole(response, upstream.renaming().answer(body)))
          .onFailure(failure -> broken(response, failure));
    }
  }

  private void whole(HttpClientResponse response, Buffer body) {
    upstream.done();
    passage.begins();
    if (response.statusCode() != 200) {
      finish(response, body, outcome(response.statusCode()), "engine_error");
    } else if (passage.readsAnswer()) {
      beside(
          () -> {
            ObjectNode answer = Json.MAPPER.readValue(body.getBytes(), ObjectNode.class);
            passage.used(Usage.of(answer));
            passage.leave(answer);
            return Buffer.buffer(answer.toString().getBytes(StandardCharsets.UTF_8));
          },
          left -> finish(response, left, Outcome.ANSWERED, null));
    } else {
      passage.used(Usage.of(read(body)));
      finish(response, body, Outcome.ANSWERED, null);
    }
  }

  private void finish(HttpClientResponse response, Buffer body, Outcome outcome, String code) {
    if (clientGone) {
      return;
    }
    Answers.begin(client.response(), response, turn);
    client.response().setChunked(false).putHeader(HttpHeaders.CONTENT_LENGTH, "" + body.length());
    endWith(client.response().end(body), outcome, response.statusCode(), code);
  }

  private void stream(HttpClientResponse response) {
    HttpServerResponse toClient = client.response();
    Answers.begin(toClient, response, turn);
    // The first frames may be held back, and the client is to know that an answer has begun.
    toClient.writeHead();
    Frames frames = new Frames(turn, passage, upstream.renaming());
    toClient.drainHandler(any -> response.resume());
    response.exceptionHandler(failure -> broken(response, failure));
    response.handler(
        bytes ->
            orBreak(
                response,
                () -> {
                  passage.begins();
                  Buffer out = frames.next(bytes);
                  if (out.length() > 0) {
                    toClient.write(out);
                  }
                  if (toClient.writeQueueFull()) {
                    response.pause();
                  }
                }));
    response.endHandler(
        any ->
            orBreak(
                response,
                () -> {
                  upstream.done();
                  Buffer last = frames.end();
                  endWith(toClient.end(last), Outcome.ANSWERED, response.statusCode(), null);
                }));
  }

  /** What nobody foresaw in a stream ends it, or the client would wait and the slot stay taken. */
  private void orBreak(HttpClientResponse response, Runnable work) {
    if (broken) {
      return;
    }
    try {
      work.run();
    } catch (Throwable e) {
      LOG.error("A stream cannot be passed on, turn=" + turn.id(), e);
      broken(response, e);
    }
  }

  /** What could not be sent to its end, the client has broken off. */
  private void endWith(Future<Void> sent, Outcome outcome, int status, String code) {
    sent.onSuccess(any -> passage.end(outcome, status, code))
        .onFailure(any -> passage.end(Outcome.CANCELLED, 499, "cancelled"));
  }

  /** The answer has no end: the client must not take what it has for the whole answer. */
  private void broken(HttpClientResponse response, Throwable failure) {
    if (clientGone || broken) {
      return;
    }
    broken = true;
    LOG.warnf("An answer was broken off, model=%s cause=%s", turn.model(), failure);
    cancel();
    HttpServerResponse toClient = client.response();
    if (!toClient.headWritten() && !isStream(response)) {
      refuse(Problems.interrupted());
      return;
    }
    passage.end(Outcome.FAILED, 502, Problems.interrupted().code());
    toClient
        .write("data: " + Problems.interrupted().json(null) + "\n\n")
        .onComplete(any -> toClient.reset());
  }

  private void refuse(Problem problem) {
    if (!clientGone) {
      Answers.problem(client, problem, turn);
      passage.end(outcome(problem.status()), problem.status(), problem.code());
    }
  }

  private static Outcome outcome(int status) {
    return status >= 500 ? Outcome.FAILED : Outcome.REFUSED;
  }

  private void failed(Throwable failure) {
    if (clientGone) {
      return;
    }
    if (failure instanceof Refusal refusal) {
      refuse(refusal.problem());
    } else {
      LOG.error("Request failed, turn=" + turn.id(), failure);
      refuse(Problems.internal());
    }
  }

  private <T> void beside(Callable<T> work, Consumer<T> then) {
    Thread.ofVirtual()
        .name(turn.id())
        .start(
            () -> {
              try {
                T done = work.call();
                context.runOnContext(any -> then.accept(done));
              } catch (Throwable e) {
                context.runOnContext(any -> failed(e));
              }
            });
  }

  private void cancel() {
    attempts.cancel();
    if (upstream != null) {
      upstream.cancel();
    }
  }

  private static boolean isStream(HttpClientResponse response) {
    String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.startsWith(SSE);
  }

  private static JsonNode read(Buffer body) {
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (IOException e) {
      return Json.MAPPER.missingNode();
    }
  }
}
