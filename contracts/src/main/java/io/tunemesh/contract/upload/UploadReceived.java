package io.tunemesh.contract.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;

/**
 * Emitted after an upload's bytes are stored whole and its row is committed.
 *
 * @param content the bytes, as they came
 * @param plan as it came in the request
 */
public record UploadReceived(
    @NotNull String fileId,
    @NotNull String filename,
    @NotNull String purpose,
    @NotNull BlobRef content,
    String recipe,
    Plan plan)
    implements UploadEvent {}
