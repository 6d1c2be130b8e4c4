package io.tunemesh.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * A client that accepts only problems still gets the JSON of a success, rather than a 406 for
 * asking.
 */
@ApplicationScoped
class ProblemNegotiation {

  private static final int BEFORE_ROUTING = 1000;

  void register(@Observes Filters filters) {
    filters.register(ProblemNegotiation::acceptJsonToo, BEFORE_ROUTING);
  }

  private static void acceptJsonToo(RoutingContext context) {
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    if (accept != null && accept.contains(Problem.PROBLEM_JSON)) {
      context.request().headers().set(HttpHeaders.ACCEPT, accept + ", application/json;q=0.9");
    }
    context.next();
  }
}
