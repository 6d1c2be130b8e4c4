package io.tunemesh.contract.upload;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when a file is deleted: its bytes and records are gone soon, and whoever has made
 * something of it for its owner to search removes it.
 */
public record UploadDeleted(@NotNull String fileId, @NotNull String filename)
    implements UploadEvent {}
