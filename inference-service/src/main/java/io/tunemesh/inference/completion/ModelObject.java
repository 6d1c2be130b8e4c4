package io.tunemesh.inference.completion;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.alias.AliasView.Pointer;
import java.time.Instant;
import java.util.List;

/**
 * OpenAI's model object, with the adapter's lineage beside.
 *
 * @param parent the base model of an adapter
 * @param fineTuningJob the job that made it
 * @param aliasOf the models that an alias points to
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ModelObject(
    String id,
    String object,
    long created,
    String ownedBy,
    String parent,
    String adapter,
    String fineTuningJob,
    List<String> aliasOf) {

  static ModelObject of(Adapter adapter) {
    return new ModelObject(
        adapter.model(),
        "model",
        adapter.createdAt().getEpochSecond(),
        adapter.tenant(),
        adapter.baseModel(),
        adapter.id(),
        adapter.jobId(),
        null);
  }

  static ModelObject of(String tenant, Pointer alias) {
    return new ModelObject(
        alias.name(),
        "model",
        alias.created(),
        tenant,
        null,
        null,
        null,
        alias.targets().stream().map(AliasTarget::model).toList());
  }

  static ModelObject base(String id, Instant created) {
    return new ModelObject(
        id, "model", created.getEpochSecond(), "tunemesh", null, null, null, null);
  }

  /** OpenAI's answer to a deletion. */
  record Deleted(String id, String object, boolean deleted) {}
}
