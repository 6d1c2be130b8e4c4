package io.tunemesh.platform.event;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Makes the ids of aggregates. */
public final class Ids {

  private Ids() {}

  /** A new id, as {@code file-3f2a…}. */
  public static String random(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }

  /**
   * The id that follows from {@code cause}, such as an event's id: the same cause gives the same
   * id.
   */
  public static String derived(String prefix, String cause) {
    return prefix
        + UUID.nameUUIDFromBytes(cause.getBytes(StandardCharsets.UTF_8))
            .toString()
            .replace("-", "");
  }
}
