package io.tunemesh.trainer.export;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.training.ExportSucceeded.ExportFile;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.Patience;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.adapter.AdapterStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** What one attempt at an export reads from the blob store, and stores there. */
final class ExportBlobs {

  private static final Logger LOG = Logger.getLogger(ExportBlobs.class);

  private final Claim claim;
  private final ExportTools tools;
  private final List<ExportFile> stored = new ArrayList<>();

  ExportBlobs(Claim claim, ExportTools tools) {
    this.claim = claim;
    this.tools = tools;
  }

  /**
   * Brings an adapter's files here, and the summary of its training.
   *
   * @throws BlobNotFound or {@link CorruptBlob} if they are not as they were published
   */
  void fetchAdapter(String adapterId, Path to, Patience patience) throws IOException {
    AdapterManifest manifest =
        patience
            .get(() -> tools.adapters().find(adapterId))
            .orElseThrow(() -> new BlobNotFound(adapterId));
    for (AdapterFile file : manifest.files()) {
      fetch(file.blob(), to.resolve(file.name()), patience);
    }
    if (manifest.summary() != null) {
      fetch(manifest.summary(), to.resolve(AdapterStore.SUMMARY), patience);
    }
  }

  private void fetch(BlobRef blob, Path to, Patience patience) throws IOException {
    patience.get(
        () -> {
          try (InputStream in = tools.blobs().open(blob)) {
            Files.deleteIfExists(to);
            return Files.copy(in, to);
          }
        });
  }

  /**
   * Stores the files that were made.
   *
   * @throws CorruptBlob if one is not what its maker took the digest of
   */
  List<ExportFile> store(Path out, List<ExportSaid.File> files, Patience patience)
      throws IOException {
    for (ExportSaid.File file : files) {
      stored.add(patience.get(() -> store(out, file)));
    }
    return stored;
  }

  private ExportFile store(Path out, ExportSaid.File file) throws IOException {
    String key = "exports/%s/attempts/%d/%s".formatted(claim.id(), claim.fence(), file.name());
    try (InputStream in = Files.newInputStream(out.resolve(file.name()))) {
      BlobRef ref = tools.blobs().put(key, in);
      if (!ref.sha256().equals(file.sha256())) {
        discard(ref);
        throw new CorruptBlob(key, file.sha256(), ref.sha256());
      }
      return new ExportFile(file.name(), ref);
    }
  }

  /**
   * Deletes what was stored, unless the export has ended with it: its end may be written although
   * its writer was not told so.
   */
  void discardWhatNobodyHas() {
    try {
      if (!stored.isEmpty() && !tools.ledger().endedBy(claim)) {
        stored.forEach(file -> discard(file.blob()));
      }
    } catch (RuntimeException e) {
      LOG.warnf("Files of an export may be left over, export=%s: %s", claim.id(), e.toString());
    }
  }

  private void discard(BlobRef ref) {
    try {
      tools.blobs().delete(ref.key());
    } catch (IOException e) {
      LOG.warnf("A blob could not be deleted, key=%s: %s", ref.key(), e.toString());
    }
  }
}
