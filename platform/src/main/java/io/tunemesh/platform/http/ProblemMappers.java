package io.tunemesh.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.outbox.EventTooLarge;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Turns what a resource throws into a problem response. What we do not understand is logged, and
 * told by a number only.
 */
public class ProblemMappers {

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  @ServerExceptionMapper
  public Response refusal(Refusal refusal, HttpHeaders headers) {
    return response(refusal.problem(), headers);
  }

  @ServerExceptionMapper
  public Response plan(InvalidPlan invalid, HttpHeaders headers) {
    return response(
        new Problem(
            400,
            "invalid_specification",
            invalid.getMessage(),
            invalid.mistakes().getFirst().field(),
            invalid.mistakes()),
        headers);
  }

  @ServerExceptionMapper
  public Response tooLarge(EventTooLarge e, HttpHeaders headers) {
    return response(
        new Problem(
            413,
            "request_too_large",
            "What was sent does not fit an event (%s). Send less: shorter templates, fewer sources."
                .formatted(e.getMessage()),
            null),
        headers);
  }

  @ServerExceptionMapper
  public Response json(JsonProcessingException e, HttpHeaders headers) {
    return response(
        new Problem(
            400,
            "invalid_json",
            "The body is not the JSON expected: " + e.getOriginalMessage(),
            null),
        headers);
  }

  @ServerExceptionMapper
  public Response http(WebApplicationException e, HttpHeaders headers) {
    int status = e.getResponse().getStatus();
    if (status >= 500) {
      return unexpected(e, headers);
    }
    return response(
        new Problem(
            status,
            status == 404 ? "not_found" : "invalid_request",
            status == 404 ? "There is nothing at this path." : e.getMessage(),
            null),
        headers);
  }

  @ServerExceptionMapper
  public Response unexpected(Throwable e, HttpHeaders headers) {
    String number = Ids.random("err-");
    LOG.errorf(e, "Request failed, number=%s", number);
    return response(
        new Problem(
            500,
            "internal_error",
            "Something went wrong on our side. Try again; if it stays, tell the operator the number "
                + number
                + ".",
            null),
        headers);
  }

  private static Response response(Problem problem, HttpHeaders headers) {
    String accept = headers.getHeaderString(HttpHeaders.ACCEPT);
    return Response.status(problem.status())
        .type(problem.mediaType(accept))
        .entity(problem.json(accept))
        .build();
  }
}
