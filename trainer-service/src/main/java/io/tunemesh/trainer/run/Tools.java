package io.tunemesh.trainer.run;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.trainer.adapter.AdapterStore;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.Leases;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.jboss.logging.Logger;

/** What every attempt works with. */
@ApplicationScoped
class Tools {

  private static final Logger LOG = Logger.getLogger(Tools.class);

  private final RunConfig config;
  private final Leases leases;
  private final Ledger ledger;
  private final BaseModels models;
  private final AdapterStore adapters;
  private final BlobStore blobs;

  Tools(
      RunConfig config,
      Leases leases,
      Ledger ledger,
      BaseModels models,
      AdapterStore adapters,
      BlobStore blobs) {
    this.config = config;
    this.leases = leases;
    this.ledger = ledger;
    this.models = models;
    this.adapters = adapters;
    this.blobs = blobs;
  }

  RunConfig config() {
    return config;
  }

  Leases leases() {
    return leases;
  }

  Ledger ledger() {
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
