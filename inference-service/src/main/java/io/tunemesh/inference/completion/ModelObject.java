package io.tunemesh.inference.completion;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.inference.adapter.Adapter;
import java.time.Instant;

/**
 * OpenAI's model object, with the adapter's lineage beside.
 *
 * @param parent the base model of an adapter
 * @param fineTuningJob the job that made it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ModelObject(
    String id,
    String object,
    long created,
    String ownedBy,
    String parent,
    String adapter,
    String fineTuningJob) {

  static ModelObject of(Adapter adapter) {
    return new ModelObject(
        adapter.model(),
        "model",
        adapter.createdAt().getEpochSecond(),
        adapter.tenant(),
        adapter.baseModel(),
        adapter.id(),
        adapter.jobId());
  }

  static ModelObject base(String id, Instant created) {
    return new ModelObject(id, "model", created.getEpochSecond(), "tunemesh", null, null, null);
  }

  /** OpenAI's answer to a deletion. */
  record Deleted(String id, String object, boolean deleted) {}
}
