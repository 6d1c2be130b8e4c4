package io.tunemesh.platform.http;

/**
 * A request that we understand and refuse. Its message says what to do and reaches the client as it
 * is.
 */
public class Refusal extends RuntimeException {

  private final transient Problem problem;

  public Refusal(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /** 400: {@code param} is wrong. */
  public static Refusal invalid(String code, String detail, String param) {
    return new Refusal(new Problem(400, code, detail, param));
  }

  /** 404: there is no such thing, or it is another tenant's. */
  public static Refusal notFound(String what, String id) {
    return new Refusal(
        new Problem(404, "not_found", "There is no " + what + " with the id '" + id + "'.", "id"));
  }

  /** 409: not in its present state. */
  public static Refusal conflict(String code, String detail) {
    return new Refusal(new Problem(409, code, detail, null));
  }
}
