package io.tunemesh.inference.completion;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Steps;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.trace.Traces;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/chat/completions} and {@code POST /v1/completions}: the body goes to the engine
 * as it came, the engine's answer comes back as it is given, frame by frame.
 */
@ApplicationScoped
class CompletionRoutes {

  private static final Logger LOG = Logger.getLogger(CompletionRoutes.class);

  private final Attempts.Parts parts;
  private final CompletionConfig config;
  private final Steps steps;

  CompletionRoutes(
      ModelGate gate,
      EngineClient engine,
      EngineConfig engineConfig,
      PoolConfig pool,
      HedgeDelays hedges,
      Watch watch,
      CompletionConfig config,
      Steps steps) {
    this.parts = new Attempts.Parts(gate, engine, engineConfig, pool, hedges, watch);
    this.config = config;
    this.steps = steps;
  }

  void register(@Observes Router router) {
    for (Api api : Api.values()) {
      router
          .post(api.path())
          .handler(BodyHandler.create(false).setBodyLimit(config.maxBody().asLongValue()))
          .handler(context -> forward(context, api))
          .failureHandler(this::failed);
    }
  }

  private void forward(RoutingContext context, Api api) {
    SecurityIdentity identity = ((QuarkusHttpUser) context.user()).getSecurityIdentity();
    // Of the request's own span, which the client's is the parent of; without one, the client's.
    String own = Traces.current();
    String traceparent =
        own == null ? Traces.wellFormed(context.request().getHeader("traceparent")) : own;
    Asker asker = new Asker(Caller.of(identity), identity.getPrincipal().getName(), traceparent);
    Buffer body = context.body().buffer();
    // From here on the turn alone has it.
    ((RoutingContextInternal) context).setBody(null);
    Turn turn = Turn.of(asker, api, Source.HTTP, body == null ? new byte[0] : body.getBytes());
    new Forward(context, parts, turn, steps.passage(turn)).start();
  }

  private void failed(RoutingContext context) {
    if (context.response().ended() || context.response().headWritten()) {
      Answers.breakOff(context);
    } else if (context.failure() instanceof Refusal refusal) {
      Answers.problem(context, refusal.problem());
    } else if (context.statusCode() == 413) {
      Answers.problem(
          context,
          new Problem(
              413,
              "body_too_large",
              "The body is longer than " + config.maxBody().asLongValue() + " bytes.",
              null));
    } else if (context.failure() == null && context.statusCode() < 500) {
      Answers.problem(
          context,
          new Problem(
              context.statusCode(), "invalid_request", "The request cannot be read.", null));
    } else {
      LOG.error("Request failed, path=" + context.normalizedPath(), context.failure());
      Answers.problem(context, Problems.internal());
    }
  }
}
