package io.tunemesh.trainer.run;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.trainer.adapter.AdapterStore;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.Leases;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/** What every attempt works with. */
@Singleton
record Tools(
    RunConfig config,
    Leases leases,
    Ledger ledger,
    Endings endings,
    BaseModels models,
    AdapterStore adapters,
    BlobStore blobs) {

  private static final Logger LOG = Logger.getLogger(Tools.class);

  /** Deletes a blob that nobody needs; false if it stays, which costs room and nothing else. */
  boolean discard(BlobRef ref) {
    try {
      blobs.delete(ref.key());
      return true;
    } catch (IOException e) {
      LOG.warnf("A blob could not be deleted, key=%s: %s", ref.key(), e.toString());
      return false;
    }
  }
}
