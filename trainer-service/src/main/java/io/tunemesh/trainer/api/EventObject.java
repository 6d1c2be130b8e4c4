package io.tunemesh.trainer.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.trainer.history.JobEvent;
import java.util.Map;

/** OpenAI's event of a fine-tuning job. */
record EventObject(
    String id,
    String object,
    long createdAt,
    String level,
    String message,
    String type,
    Map<String, Object> data) {

  static EventObject of(JobEvent event) {
    return new EventObject(
        event.id,
        "fine_tuning.job.event",
        event.createdAt.getEpochSecond(),
        event.level,
        event.message,
        event.type,
        JsonText.read(event.data, new TypeReference<Map<String, Object>>() {}));
  }
}
