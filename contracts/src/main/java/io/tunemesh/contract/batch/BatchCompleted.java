package io.tunemesh.contract.batch;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when every row of a batch has its answer or its reason and both files can be downloaded.
 * {@code total = completed + failed}, always.
 *
 * @param requestId of the event that asked for it; absent for one that came by HTTP
 * @param outputFileId the file of the answers, in the order of the input; absent where there is
 *     none
 * @param errorFileId the file that names each row that failed; absent where none did
 */
public record BatchCompleted(
    @NotNull String batchId,
    String requestId,
    String outputFileId,
    String errorFileId,
    long total,
    long completed,
    long failed)
    implements BatchEvent {}
