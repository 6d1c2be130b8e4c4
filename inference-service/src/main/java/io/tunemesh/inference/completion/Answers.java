package io.tunemesh.inference.completion;

import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;

/** Writes the heads of answers, and whole answers of our own. */
final class Answers {

  private static final String SSE = "text/event-stream";
  private static final String RETRY_AFTER_S = "2";

  /** RFC 9113, 7. A reset without an error would let what was sent pass for the whole answer. */
  private static final long INTERNAL_ERROR = 2;

  /** What belongs to one connection (RFC 9110, 7.6.1), or to the server that is in front. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "date",
          "server",
          // Ours is the one to ask about.
          "x-request-id");

  private Answers() {}

  /** Answers with {@code problem}; 503 tells when to come again. */
  static void problem(RoutingContext context, Problem problem, Turn turn) {
    turn.headers().forEach(context.response()::putHeader);
    problem(context, problem);
  }

  /** The same before there is a turn. */
  static void problem(RoutingContext context, Problem problem) {
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    HttpServerResponse response = context.response();
    response.setStatusCode(problem.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, problem.mediaType(accept));
    if (problem.status() == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
      response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
    }
    response.end(problem.json(accept));
  }

  /** Begins the answer to the client as the engine began its own. */
  static void begin(HttpServerResponse response, HttpClientResponse engine, Turn turn) {
    turn.headers().forEach(response::putHeader);
    response.setStatusCode(engine.statusCode());
    engine
        .headers()
        .forEach(
            (name, value) -> {
              if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                response.headers().add(name, value);
              }
            });
    response.setChunked(!response.headers().contains(HttpHeaders.CONTENT_LENGTH));
  }

  static boolean isStream(HttpClientResponse engine) {
    String type = engine.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.startsWith(SSE);
  }

  /** The turn ends with its answer; what could not be sent to its end, the client broke off. */
  static void endWith(
      Future<Void> sent, Passage passage, Outcome outcome, int status, String code) {
    sent.onSuccess(any -> passage.end(outcome, status, code))
        .onFailure(any -> passage.end(Outcome.CANCELLED, 499, "cancelled"));
  }

  /**
   * Ends an answer without an end. Over HTTP/2 this one alone, whatever else runs on its
   * connection. Over HTTP/1 by closing the connection: a reset there tells nobody that the request
   * is over, and a shutdown would wait for it.
   */
  static void breakOff(RoutingContext context) {
    if (context.request().version() == HttpVersion.HTTP_2) {
      context.response().reset(INTERNAL_ERROR);
    } else {
      context.request().connection().close();
    }
  }
}
