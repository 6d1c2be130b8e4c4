package io.tunemesh.platform.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Mistake;
import java.util.List;

/**
 * A request that was not done, and what to do about it. Written as OpenAI's error object, or as an
 * RFC 9457 problem for those who accept {@code application/problem+json}.
 *
 * @param code stable, for programs
 * @param detail for people
 * @param param the field it is about; may be null
 * @param type of OpenAI's error object; null for that of the status
 * @param mistakes each field that is wrong, where there are several
 */
public record Problem(
    int status, String code, String detail, String param, String type, List<Mistake> mistakes) {

  static final String PROBLEM_JSON = "application/problem+json";

  public Problem {
    type = type == null ? type(status) : type;
  }

  public Problem(int status, String code, String detail, String param) {
    this(status, code, detail, param, List.of());
  }

  public Problem(int status, String code, String detail, String param, List<Mistake> mistakes) {
    this(status, code, detail, param, null, mistakes);
  }

  /** The media type for a client that sent {@code accept}. */
  public String mediaType(String accept) {
    return wantsProblem(accept) ? PROBLEM_JSON : "application/json";
  }

  /** The body for a client that sent {@code accept}. */
  public String json(String accept) {
    return wantsProblem(accept) ? rfc9457().toString() : openAi().toString();
  }

  private static boolean wantsProblem(String accept) {
    return accept != null && accept.contains(PROBLEM_JSON);
  }

  private ObjectNode rfc9457() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("type", "urn:tunemesh:problem:" + code);
    body.put("title", code.replace('_', ' '));
    body.put("status", status);
    body.put("detail", detail);
    body.put("code", code);
    if (!mistakes.isEmpty()) {
      body.set("errors", Json.MAPPER.valueToTree(mistakes));
    }
    return body;
  }

  private ObjectNode openAi() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("error");
    error.put("message", detail);
    error.put("type", type);
    error.put("param", param);
    error.put("code", code);
    if (!mistakes.isEmpty()) {
      error.set("errors", Json.MAPPER.valueToTree(mistakes));
    }
    return body;
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status >= 500 ? "server_error" : "invalid_request_error";
    };
  }
}
