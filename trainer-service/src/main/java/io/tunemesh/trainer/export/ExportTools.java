package io.tunemesh.trainer.export;

import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.trainer.adapter.AdapterStore;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.run.RunConfig;
import jakarta.inject.Singleton;

/** What every export works with. */
@Singleton
record ExportTools(
    ExportConfig config,
    RunConfig run,
    ExportLedger ledger,
    BaseModels models,
    AdapterStore adapters,
    BlobStore blobs) {}
