package io.tunemesh.contract;

import jakarta.validation.constraints.NotNull;

/**
 * Names bytes in the blob store, with what is needed to trust them.
 *
 * @param key the store's key, as {@code uploads/file-1/content}
 * @param sha256 lower-case hexadecimal digest of the bytes; checked at every read when present
 * @param bytes their count
 */
public record BlobRef(@NotNull String key, String sha256, Long bytes) {}
