package io.tunemesh.inference.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a label from having more values than a time series database bears. */
final class Labels {

  private static final String OTHER = "other";

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  Labels(int most) {
    this.most = most;
  }

  /** {@code value} if it is one of the first {@code most}, or else {@code other}. */
  String of(String value) {
    if (known.contains(value)) {
      return value;
    }
    // Two at once may pass the check together; one or two more do no harm.
    return known.size() < most && known.add(value) ? value : OTHER;
  }
}
