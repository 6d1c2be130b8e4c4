package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.platform.http.Problem;
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
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * One request on its way to the engine and back. The client gets one answer; when it goes away, the
 * engine's work is cancelled. All callbacks run on the request's event loop.
 */
final class Forward {

  private static final Logger LOG = Logger.getLogger(Forward.class);
  private static final String SSE = "text/event-stream";

  private final RoutingContext client;
  private final ModelGate gate;
  private final EngineClient engine;
  private final EngineConfig config;
  private final String path;
  private final String tenant;
  private final String model;
  private final Buffer body;
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
      String path,
      String tenant,
      String model,
      Buffer body) {
    this.client = client;
    this.gate = gate;
    this.engine = engine;
    this.config = config;
    this.path = path;
    this.tenant = tenant;
    this.model = model;
    this.body = body;
  }

  void start() {
    client.addEndHandler(
        end -> {
          if (end.failed()) {
            clientGone = true;
            cancel();
          }
        });
    if (gate.isOpen(tenant, model)) {
      send();
    } else {
      awaitModel();
    }
  }

  /** Waiting and the database are not for the event loop. */
  private void awaitModel() {
    Thread.ofVirtual()
        .name("model-gate")
        .start(
            () -> {
              try {
                Access access = gate.await(tenant, model);
                context.runOnContext(any -> decided(access));
              } catch (InterruptedException | RuntimeException e) {
                context.runOnContext(any -> client.fail(e));
              }
            });
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
    engine.openAnswer(path, config.answerTimeout()).onSuccess(this::send).onFailure(this::unsent);
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
    request.send(body).onSuccess(this::answered).onFailure(this::unanswered);
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
    } else if (response.statusCode() == 404 && gate.isTuned(model) && refills++ < 3) {
      // The engine was started anew since it was last seen: it is filled again, and asked again.
      response.body().onComplete(any -> {});
      gate.lost(model);
      awaitModel();
    } else {
      relay(response);
    }
  }

  private void relay(HttpClientResponse response) {
    Answers.begin(client.response(), response);
    response
        .pipe()
        .endOnFailure(false)
        .to(client.response())
        .onFailure(failure -> broken(response, failure));
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
    LOG.warnf("The engine broke off an answer, model=%s cause=%s", model, failure);
    cancel();
    HttpServerResponse toClient = client.response();
    String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.startsWith(SSE)) {
      toClient
          .write("data: " + Problems.interrupted().json(null) + "\n\n")
          .onComplete(any -> toClient.reset());
    } else {
      toClient.reset();
    }
  }

  private void refuse(Problem problem) {
    if (!clientGone) {
      Answers.problem(client, problem);
    }
  }

  private void cancel() {
    if (upstream != null) {
      upstream.reset();
    }
  }
}
