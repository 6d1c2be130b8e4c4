package io.tunemesh.inference.completion;

import io.tunemesh.platform.http.Problem;

/** Whether a tenant's request may go to a model now. */
sealed interface Access {

  /** It may. */
  record Granted() implements Access {}

  /** Not yet: {@code problem} is what to say to one who does not wait. */
  record NotYet(Problem problem) implements Access {}

  /** Never, as things stand. */
  record Denied(Problem problem) implements Access {}
}
