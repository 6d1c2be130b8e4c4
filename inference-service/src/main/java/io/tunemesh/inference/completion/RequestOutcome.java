package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.platform.http.Problem;

/** What came of asking the engine. */
sealed interface RequestOutcome {

  /** OpenAI's chat completion. */
  record Answer(ObjectNode response) implements RequestOutcome {}

  /** No answer, for good. */
  record Failure(Problem problem) implements RequestOutcome {}

  /** Not now; {@code problem} is the failure if it has waited for long enough. */
  record Wait(Problem problem) implements RequestOutcome {}
}
