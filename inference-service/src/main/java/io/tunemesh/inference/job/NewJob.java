package io.tunemesh.inference.job;

import io.tunemesh.platform.event.Scope;

/**
 * A job that is asked for.
 *
 * @param caller the name of the key or user
 * @param requestId of the event that asks; null for one by HTTP
 */
record NewJob(String id, JobKind kind, Scope scope, String caller, String requestId, JobWish wish) {

  /** The same under another id. */
  NewJob named(String other) {
    return new NewJob(other, kind, scope, caller, requestId, wish);
  }
}
