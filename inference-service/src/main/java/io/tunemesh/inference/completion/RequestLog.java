package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.http.RequestIds;
import io.tunemesh.platform.identity.Caller;
import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * One line of JSON, as the access log has them of turns, for each request under {@code /v1} that
 * became no turn: one that was refused before, and all that ask no model. It tells the answer's
 * {@code x-request-id}.
 */
@ApplicationScoped
class RequestLog {

  private static final Logger LOG = Logger.getLogger("io.tunemesh.access");

  /** Before those who are not known are turned away. */
  private static final int BEFORE_AUTHENTICATION = 1100;

  private static final int LONGEST_PATH = 300;

  void register(@Observes Filters filters) {
    filters.register(RequestLog::watch, BEFORE_AUTHENTICATION);
  }

  private static void watch(RoutingContext context) {
    if (context.request().path().startsWith("/v1/")) {
      long start = System.nanoTime();
      context.addEndHandler(end -> ended(context, end, start));
    }
    context.next();
  }

  private static void ended(RoutingContext context, AsyncResult<Void> end, long start) {
    String id = RequestIds.of(context);
    if (!id.startsWith("turn-") && LOG.isInfoEnabled()) {
      boolean cancelled = end.failed() && !context.response().ended();
      int status = cancelled ? 499 : context.response().getStatusCode();
      LOG.info(line(context, id, status, System.nanoTime() - start));
    }
  }

  private static String line(RoutingContext context, String id, int status, long nanos) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("id", id);
    if (context.user() instanceof QuarkusHttpUser user
        && !user.getSecurityIdentity().isAnonymous()) {
      SecurityIdentity identity = user.getSecurityIdentity();
      line.put("tenant", Caller.of(identity)).put("key", identity.getPrincipal().getName());
    }
    String path = context.request().path();
    line.put("source", "http").put("method", context.request().method().name());
    line.put("path", path.substring(0, Math.min(path.length(), LONGEST_PATH)));
    line.put("outcome", outcome(status)).put("status", status);
    line.put("duration_ms", Math.round(nanos / 1e4) / 100.0);
    return line.toString();
  }

  private static String outcome(int status) {
    return status == 499
        ? "cancelled"
        : status >= 500 ? "failed" : status >= 400 ? "refused" : "answered";
  }
}
