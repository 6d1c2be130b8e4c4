package io.tunemesh.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tunemesh.platform.event.Ids;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Gives each answer under {@code /v1} that has none an {@code x-request-id}, as OpenAI's have. */
@ApplicationScoped
public class RequestIds {

  private static final String ID = "x-request-id";

  /** Before all that may answer. */
  private static final int FIRST = 10_000;

  void register(@Observes Filters filters) {
    filters.register(RequestIds::watch, FIRST);
  }

  private static void watch(RoutingContext context) {
    if (context.request().path().startsWith("/v1/")) {
      context.addHeadersEndHandler(any -> of(context));
    }
    context.next();
  }

  /** The id of the answer, which is given now unless it has one. */
  public static String of(RoutingContext context) {
    MultiMap headers = context.response().headers();
    if (!headers.contains(ID)) {
      headers.set(ID, Ids.random("http-"));
    }
    return headers.get(ID);
  }
}
