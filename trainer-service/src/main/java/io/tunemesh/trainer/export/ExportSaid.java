package io.tunemesh.trainer.export;

import java.util.List;

/** The line with which the exporter ends: {@code exported} with its files, or {@code failed}. */
record ExportSaid(String event, List<File> files, String code, String reason) {

  /** A file in the export's folder, with the digest that its maker took. */
  record File(String name, long bytes, String sha256) {}

  static ExportSaid failed(String code, String reason) {
    return new ExportSaid("failed", List.of(), code, reason);
  }

  boolean succeeded() {
    return "exported".equals(event);
  }

  /** The same, or a failure if it names a file that is not right in the export's folder. */
  ExportSaid checked() {
    for (File file : succeeded() ? files : List.<File>of()) {
      if (file.name() == null || !file.name().matches("\\w[\\w.-]*") || file.sha256() == null) {
        return failed(
            "export_invalid",
            "The exporter names a file outside its folder, or without a digest: " + file.name());
      }
    }
    return this;
  }

  /** Whether it is one of the two, and whole. */
  boolean isOutcome() {
    return succeeded() ? files != null && !files.isEmpty() : "failed".equals(event) && code != null;
  }
}
