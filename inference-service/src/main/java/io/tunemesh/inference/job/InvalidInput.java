package io.tunemesh.inference.job;

import java.util.List;

/** The input of a job cannot be used; every problem says what to do. */
public class InvalidInput extends Exception {

  private final transient List<JobProblem> problems;

  public InvalidInput(List<JobProblem> problems) {
    super(problems.getFirst().message());
    this.problems = problems;
  }

  /** An input with one problem. */
  public static InvalidInput of(String code, String message, String param) {
    return new InvalidInput(List.of(new JobProblem(code, message, param, null)));
  }

  /** At least one, those of the first lines first. */
  public List<JobProblem> problems() {
    return problems;
  }
}
