package io.tunemesh.contract.training;

import io.tunemesh.contract.BlobRef;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * Emitted after every file of an export is stored.
 *
 * @param format {@code merged}, {@code gguf-f16} or {@code gguf-q8_0}
 */
public record ExportSucceeded(
    @NotNull String jobId,
    @NotNull String exportId,
    @NotNull String format,
    @NotNull List<ExportFile> files)
    implements TrainingEvent {

  /** A file by its name in the export's folder. */
  public record ExportFile(@NotNull String name, @NotNull BlobRef blob) {}
}
