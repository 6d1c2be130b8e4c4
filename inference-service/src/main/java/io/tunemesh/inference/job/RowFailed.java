package io.tunemesh.inference.job;

import io.tunemesh.platform.http.Problem;

/** A row has no answer and will have none however often it is asked. */
public class RowFailed extends Exception {

  private final transient Problem problem;

  public RowFailed(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
