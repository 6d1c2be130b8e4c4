package io.tunemesh.contract.adapter;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.ServeSpec;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * Emitted after every file of the adapter is stored and its manifest is written; exactly once for a
 * job.
 *
 * @param model the name to ask for in a chat
 * @param baseModel the id of the base model
 * @param kind the method, as {@code lora}
 * @param files a PEFT folder that stock PEFT loads or, for the methods that PEFT has no type for,
 *     one of ours whose configuration says {@code tunemesh_type}
 * @param probes JSON: prompts with the greedy answers that the adapter gave in training or, of a
 *     head, texts with its labels or numbers
 */
public record AdapterPublished(
    @NotNull String adapterId,
    @NotNull String jobId,
    @NotNull String model,
    @NotNull String baseModel,
    @NotNull String kind,
    @NotNull List<AdapterFile> files,
    BlobRef probes,
    ServeSpec serve)
    implements AdapterEvent {

  /** One file of the folder: its name in it, and its bytes. */
  public record AdapterFile(@NotNull String name, @NotNull BlobRef blob) {}
}
