package io.tunemesh.trainer.export;

import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.trainer.adapter.AdapterStore;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.run.RunConfig;
import jakarta.enterprise.context.ApplicationScoped;

/** What every export works with. */
@ApplicationScoped
class ExportTools {

  private final ExportConfig config;
  private final RunConfig run;
  private final ExportLedger ledger;
  private final BaseModels models;
  private final AdapterStore adapters;
  private final BlobStore blobs;

  ExportTools(
      ExportConfig config,
      RunConfig run,
      ExportLedger ledger,
      BaseModels models,
      AdapterStore adapters,
      BlobStore blobs) {
    this.config = config;
    this.run = run;
    this.ledger = ledger;
    this.models = models;
    this.adapters = adapters;
    this.blobs = blobs;
  }

  ExportConfig config() {
    return config;
  }

  RunConfig run() {
    return run;
  }

  ExportLedger ledger() {
    return ledger;
  }

  BaseModels models() {
    return models;
  }

  AdapterStore adapters() {
    return adapters;
  }

  BlobStore blobs() {
    return blobs;
  }
}
