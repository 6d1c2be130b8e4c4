package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One turn that came over HTTP, on its way through the steps to the engine and back. The client
 * gets one answer; when it goes away, the engine's work is cancelled. All callbacks run on the
 * request's event loop, and what may wait runs beside it.
 */
final class Forward {

  private static final Logger LOG = Logger.getLogger(Forward.class);
  private static final String SSE = "text/event-stream";

  private final RoutingContext client;
  private final ModelGate gate;
  private final EngineClient engine;
  private final EngineConfig config;
  private final Turn turn;
  private final Passage passage;
  private final Context context = Vertx.currentContext();

  private HttpClientRequest upstream;
  private boolean clientGone;
  private boolean resent;
  private int refills;

  Forward(
      RoutingContext client,
      ModelGate gate,
      EngineClient engine,
      EngineConfig config,
      Turn turn,
      Passage passage) {
    this.client = client;
    this.gate = gate;
    this.engine = engine;
    this.config = config;
    this.turn = turn;
    this.passage = passage;
  }

  void start() {
    client.response().putHeader("x-request-id", turn.id());
    client.addEndHandler(
        end -> {
          if (end.failed()) {
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
    if (gate.isOpen(turn.tenant(), turn.model())) {
      send();
    } else {
      awaitModel();
    }
  }

  /** Waiting and the database are not for the event loop. */
  private void awaitModel() {
    beside(() -> gate.await(turn.tenant(), turn.model()), this::decided);
  }

  private void decided(Access access) {
    switch (access) {
      case Access.Granted granted -> send();
      case Access.NotYet notYet -> refuse(notYet.problem());
      case Access.Denied denied -> refuse(denied.problem());
    }
  }

  private void send() {
    if (clientGone) {
      return;
    }
    engine
        .openAnswer(turn.api().path(), config.answerTimeout())
        .onSuccess(this::send)
        .onFailure(this::unsent);
  }

  private void send(HttpClientRequest request) {
    upstream = request;
    if (clientGone) {
      cancel();
      return;
    }
    pass(HttpHeaders.ACCEPT.toString());
    pass("traceparent");
    request.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    request
        .send(Buffer.buffer(turn.question()))
        .onSuccess(this::answered)
        .onFailure(this::unanswered);
  }

  private void pass(String header) {
    String value = client.request().getHeader(header);
    if (value != null) {
      upstream.putHeader(header, value);
    }
  }

  private void answered(HttpClientResponse response) {
    if (clientGone) {
      cancel();
    } else if (response.statusCode() == 404 && gate.isTuned(turn.model()) && refills++ < 3) {
      // The engine was started anew since it was last seen: it is filled again, and asked again.
      response.body().onComplete(any -> {});
      gate.lost(turn.model());
      awaitModel();
    } else if (isStream(response)) {
      stream(response);
    } else {
      response
          .body()
          .onSuccess(body -> whole(response, body))
          .onFailure(failure -> broken(response, failure));
    }
  }

  private void whole(HttpClientResponse response, Buffer body) {
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
    client.response().end(body).onSuccess(any -> passage.end(outcome, response.statusCode(), code));
  }

  private void stream(HttpClientResponse response) {
    HttpServerResponse toClient = client.response();
    Answers.begin(toClient, response, turn);
    // The first frames may be held back, and the client is to know that an answer has begun.
    toClient.writeHead();
    Frames frames = new Frames(turn, passage);
    toClient.drainHandler(any -> response.resume());
    response.exceptionHandler(failure -> broken(response, failure));
    response.handler(
        bytes -> {
          passage.begins();
          Buffer out = frames.next(bytes);
          if (out.length() > 0) {
            toClient.write(out);
          }
          if (toClient.writeQueueFull()) {
            response.pause();
          }
        });
    response.endHandler(
        any ->
            toClient
                .end(frames.end())
                .onSuccess(done -> passage.end(Outcome.ANSWERED, response.statusCode(), null)));
  }

  private void unsent(Throwable failure) {
    refuse(
        failure instanceof ConnectionPoolTooBusyException
            ? Problems.engineBusy()
            : Problems.engineUnreachable());
  }

  private void unanswered(Throwable failure) {
    if (failure instanceof HttpClosedException && !resent) {
      // An idle connection may be closed in the moment in which it is used.
      resent = true;
      send();
    } else {
      refuse(
          failure instanceof TimeoutException
              ? Problems.engineTimeout()
              : Problems.engineUnreachable());
    }
  }

  /** The engine broke off: the client must not take what it has for the whole answer. */
  private void broken(HttpClientResponse response, Throwable failure) {
    if (clientGone) {
      return;
    }
    LOG.warnf("The engine broke off an answer, model=%s cause=%s", turn.model(), failure);
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

  private void failed(Exception failure) {
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
              } catch (Exception e) {
                context.runOnContext(any -> failed(e));
              }
            });
  }

  private void cancel() {
    if (upstream != null) {
      upstream.reset();
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
