package io.tunemesh.inference.turn;

import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;

/** The same question may be answered later; those who can wait ask again. */
public final class NotYet extends Refusal {

  public NotYet(Problem problem) {
    super(problem);
  }
}
