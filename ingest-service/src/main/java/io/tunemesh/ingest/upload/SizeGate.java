package io.tunemesh.ingest.upload;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Answers an upload that says itself that it is too large before its body is sent. The body is then
 * read and dropped for a while, since a client that is cut off while it sends never sees the
 * answer.
 */
@ApplicationScoped
class SizeGate {

  /** What a form may have beside its file. */
  private static final long FORM_BYTES = 1_000_000;

  private static final long DRAIN_MS = 10_000;
  private static final int FIRST = 1000;

  private final UploadConfig config;

  SizeGate(UploadConfig config) {
    this.config = config;
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, FIRST);
  }

  /** 413: the file is larger than {@code most} bytes. */
  static Refusal tooLarge(long most) {
    return new Refusal(problem(most));
  }

  private void check(RoutingContext context) {
    var request = context.request();
    if (request.method() != HttpMethod.POST
        || !request.path().equals("/v1/files")
        || declared(request.getHeader(HttpHeaders.CONTENT_LENGTH))
            <= config.maxBytes() + FORM_BYTES) {
      context.next();
      return;
    }
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    Problem problem = problem(config.maxBytes());
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, problem.mediaType(accept))
        .end(problem.json(accept));
    request.resume();
    context.vertx().setTimer(DRAIN_MS, timer -> request.connection().close());
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
