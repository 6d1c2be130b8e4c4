package io.tunemesh.platform.outbox;

import io.tunemesh.contract.EventType;
import io.tunemesh.platform.event.LastingFault;

/** An event that is larger than a record may be: what it carries belongs into a blob. */
public class EventTooLarge extends LastingFault {

  EventTooLarge(EventType type, int bytes) {
    super(
        "%s would have %d bytes, and an event may have %d"
            .formatted(type.payload().getSimpleName(), bytes, Outbox.LARGEST));
  }
}
