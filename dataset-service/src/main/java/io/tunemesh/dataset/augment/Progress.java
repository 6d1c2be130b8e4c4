package io.tunemesh.dataset.augment;

import java.time.Instant;
import java.util.Map;

/** How far a dataset's questions to served models are. */
public sealed interface Progress {

  /** Nothing was asked yet. */
  record NotAsked() implements Progress {}

  /**
   * Answers are missing.
   *
   * @param until when it goes on without them
   * @param what is waited for, for people
   */
  record Waiting(Instant until, String what) implements Progress {}

  /** No answer is waited for any more; what comes later changes nothing. */
  record Ended(Map<String, Answer> answers) implements Progress {}
}
