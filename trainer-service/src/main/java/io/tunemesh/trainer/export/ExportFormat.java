package io.tunemesh.trainer.export;

import java.util.Arrays;
import java.util.Optional;

/** A form in which a tuned model can be taken away. */
public enum ExportFormat {
  /** The base with the adapter merged into its weights, as a folder of transformers. */
  MERGED("merged"),
  GGUF_F16("gguf-f16"),
  GGUF_Q8_0("gguf-q8_0");

  private final String wire;

  ExportFormat(String wire) {
    this.wire = wire;
  }

  /** The word on the wire. */
  public String wire() {
    return wire;
  }

  static Optional<ExportFormat> of(String word) {
    return Arrays.stream(values()).filter(format -> format.wire.equals(word)).findFirst();
  }
}
