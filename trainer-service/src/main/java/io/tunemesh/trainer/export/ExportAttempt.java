package io.tunemesh.trainer.export;

import io.tunemesh.contract.training.ExportSucceeded.ExportFile;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Patience;
import io.tunemesh.trainer.job.UnknownModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * One attempt at one export, from its claim to a written outcome. Only a lost lease, which is what
 * an export that was removed leaves, writes nothing; what was stored till then is deleted.
 */
final class ExportAttempt {

  private static final Logger LOG = Logger.getLogger(ExportAttempt.class);
  private static final int RENEWALS = 3;

  private final Claim claim;
  private final ExportTools tools;
  private final BooleanSupplier stopping;
  private final ExportBlobs blobs;
  private volatile ExportChild child;

  ExportAttempt(Claim claim, ExportTools tools, BooleanSupplier stopping) {
    this.claim = claim;
    this.tools = tools;
    this.stopping = stopping;
    this.blobs = new ExportBlobs(claim, tools);
  }

  void run() {
    LOG.infof("An export begins, export=%s, attempt=%d", claim.id(), claim.fence());
    var length = tools.run().lease();
    boolean kept = false;
    try (LeaseKeeper keeper =
            new LeaseKeeper(
                claim,
                length,
                length.dividedBy(RENEWALS),
                () -> tools.ledger().renew(claim, length),
                this::killChild);
        ExportFolder folder = new ExportFolder(tools.run().work(), claim)) {
      kept = work(keeper, folder);
    } catch (LeaseLost e) {
      LOG.infof("An export is removed or another's, %s", e.getMessage());
    } catch (IOException e) {
      crashed("storage", "A file could not be read or written (%s).".formatted(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.errorf(e, "An export failed, export=%s", claim.id());
      crashed("internal_error", "The trainer failed; its log says how.");
    } finally {
      if (!kept) {
        blobs.discardWhatNobodyHas();
      }
    }
  }

  /** Returns whether what was stored is the export's. */
  private boolean work(LeaseKeeper keeper, ExportFolder folder)
      throws IOException, InterruptedException {
    Patience patience = new Patience(keeper::check);
    ExportLedger.Work work = patience.get(() -> tools.ledger().work(claim));
    ExportSaid said;
    int failures = work.export().failures;
    if (failures >= tools.config().maxAttempts()) {
      keeper.settle();
      String reason = "%d attempts ended without an outcome.".formatted(failures);
      patience.run(() -> tools.ledger().failed(claim, "attempts_exhausted", reason));
      return false;
    }
    try {
      Path base = tools.models().folder(work.job().model);
      blobs.fetchAdapter(work.job().outcome().adapterId, folder.adapter(), patience);
      said = exported(keeper, folder, base, work.export().format);
    } catch (UnknownModel e) {
      throw new IllegalStateException("an export was claimed whose base is not here", e);
    } catch (BlobNotFound | CorruptBlob e) {
      said =
          ExportSaid.failed(
              "adapter_lost", "The adapter is not as it was published: " + e.getMessage() + ".");
    }
    if (said == null) {
      return false;
    }
    if (said.succeeded()) {
      List<ExportFile> stored = blobs.store(folder.out(), said.files(), patience);
      keeper.settle();
      patience.run(() -> tools.ledger().succeeded(claim, stored));
      return true;
    }
    String code = said.code();
    String reason = said.reason();
    keeper.settle();
    patience.run(() -> tools.ledger().failed(claim, code, reason));
    return false;
  }

  /**
   * What the child said in the end; null where the attempt is over and its outcome written. The
   * child has ended then, so that its folder can be cleared.
   */
  private ExportSaid exported(
      LeaseKeeper keeper, ExportFolder folder, Path base, ExportFormat format)
      throws IOException, InterruptedException {
    child = ExportChild.start(tools, folder, base, format);
    try {
      return followed(keeper);
    } finally {
      child.end();
    }
  }

  private ExportSaid followed(LeaseKeeper keeper) throws IOException, InterruptedException {
    long since = System.nanoTime();
    while (!child.awaitEnd()) {
      keeper.check();
      if (stopping.getAsBoolean()) {
        child.end();
        keeper.settle();
        tools.ledger().released(claim);
        return null;
      }
      if (System.nanoTime() - since > tools.config().limit().toNanos()) {
        return ExportSaid.failed(
            "too_slow",
            "The export took longer than %s and was ended.".formatted(tools.config().limit()));
      }
    }
    keeper.check();
    ExportSaid said = child.said();
    if (said == null) {
      keeper.settle();
      crashed("worker_crashed", "The exporter ended without an outcome: " + child.lastWords());
    }
    return said;
  }

  private void crashed(String code, String reason) {
    try {
      tools.ledger().crashed(claim, code, reason);
    } catch (LeaseLost e) {
      LOG.infof("An export is removed or another's, %s", e.getMessage());
    } catch (RuntimeException e) {
      LOG.errorf(e, "An export's end is unwritten, its lease will run out, export=%s", claim.id());
    }
  }

  private void killChild() {
    if (child != null) {
      child.kill();
    }
  }
}
