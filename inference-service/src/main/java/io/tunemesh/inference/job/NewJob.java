package io.tunemesh.inference.job;

import io.tunemesh.platform.event.Scope;
import java.time.Duration;
import java.util.Map;

/**
 * A job that is asked for.
 *
 * @param caller the name of the key or user
 * @param requestId of the event that asks; null for one by HTTP
 * @param spec JSON that its kind understands
 * @param metadata the client's own; may be null
 * @param window how long it may take
 */
public record NewJob(
    String id,
    JobKind kind,
    Scope scope,
    String caller,
    String requestId,
    String inputFile,
    String spec,
    Map<String, String> metadata,
    Duration window) {

  /** The same under another id. */
  NewJob named(String other) {
    return new NewJob(other, kind, scope, caller, requestId, inputFile, spec, metadata, window);
  }
}
