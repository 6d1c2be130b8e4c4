package io.tunemesh.ingest.upload;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.Locale;

/**
 * Answers a request that says itself that it is too large before its body is sent. The body is then
 * read and dropped for a while, since a client that is cut off while it sends never sees the
 * answer. A body of JSON, which is read into memory, has a limit of its own.
 */
@ApplicationScoped
class SizeGate {

  /** When a request came, before its body: an {@link Instant} of its context. */
  static final String CAME = "tunemesh.came";

  /** What a form may have beside its file. */
  private static final long FORM_BYTES = 1_000_000;

  private static final long DRAIN_MS = 10_000;
  private static final int FIRST = 1000;

  /** The server notes its limit for all bodies by a filter of the priority 2. */
  private static final int AFTER_THE_SERVERS_OWN = 1;

  /**
   * Bytes of JSON: a plan of the largest size, whose characters are escaped, or the ids of 10,000
   * parts, which need a quarter of that.
   */
  private static final long MAX_JSON = 2L << 20;

  private static final Problem JSON_TOO_LARGE =
      new Problem(
          413,
          "request_too_large",
          "A request that is no form may have %,d bytes at most; make it smaller."
              .formatted(MAX_JSON),
          null);

  private final UploadConfig config;

  SizeGate(UploadConfig config) {
    this.config = config;
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, FIRST);
    filters.register(SizeGate::limit, AFTER_THE_SERVERS_OWN);
  }

  /** 413: the file is larger than {@code most} bytes. */
  static Refusal tooLarge(long most) {
    return new Refusal(problem(most));
  }

  /** What a request that is no form may have, however it is sent. */
  private static void limit(RoutingContext context) {
    if (!isForm(context.request())) {
      context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, MAX_JSON);
    }
    context.next();
  }

  private void check(RoutingContext context) {
    context.put(CAME, Instant.now());
    HttpServerRequest request = context.request();
    long declared = declared(request.getHeader(HttpHeaders.CONTENT_LENGTH));
    if (!isForm(request) && declared > MAX_JSON) {
      refuse(context, JSON_TOO_LARGE);
    } else if (request.method() == HttpMethod.POST
        && request.path().equals("/v1/files")
        && declared > config.maxBytes() + FORM_BYTES) {
      refuse(context, problem(config.maxBytes()));
    } else {
      context.next();
    }
  }

  private static void refuse(RoutingContext context, Problem problem) {
    HttpServerRequest request = context.request();
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, problem.mediaType(accept))
        .end(problem.json(accept));
    if (!request.isEnded()) {
      long cut = context.vertx().setTimer(DRAIN_MS, timer -> request.connection().close());
      request.endHandler(whole -> context.vertx().cancelTimer(cut));
      request.resume();
    }
  }

  private static boolean isForm(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  private static long declared(String length) {
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Problem problem(long most) {
    return new Problem(
        413,
        "file_too_large",
        "A file may have %,d bytes at most; split it into several files.".formatted(most),
        "file");
  }
}
