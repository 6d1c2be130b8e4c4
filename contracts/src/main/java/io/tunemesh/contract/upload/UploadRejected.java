package io.tunemesh.contract.upload;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;

/** Emitted when an upload cannot be read. {@code reason} says what to do; the bytes are kept. */
public record UploadRejected(
    @NotNull String fileId,
    @NotNull String filename,
    @NotNull String code,
    @NotNull String reason,
    Where where,
    String recipe,
    Plan plan)
    implements UploadEvent {}
