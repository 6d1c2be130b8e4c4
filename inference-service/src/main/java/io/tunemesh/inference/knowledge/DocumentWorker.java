package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.inference.file.FileGone;
import io.tunemesh.inference.file.FileTold;
import io.tunemesh.inference.file.Files;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.event.Outages;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.LeaseRows;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Takes documents into stores, one at a time. What a replica leaves behind another goes on with
 * after the lease, from the last chunks that were kept.
 */
@ApplicationScoped
class DocumentWorker {

  private static final Logger LOG = Logger.getLogger(DocumentWorker.class);

  /** Until a document is looked at whose rows nobody tells of; what is told wakes it. */
  private static final Duration UNTOLD = Duration.ofSeconds(5);

  private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final Documents documents;
  private final DocumentReading reading;
  private final Files files;
  private final VectorStores stores;
  private final Removals removals;
  private final Indexes indexes;
  private final LeaseRows leases;
  private final KnowledgeConfig config;
  private final Map<String, Integer> outages = new HashMap<>();
  private final Loop loop;
  private final Loop removing;

  DocumentWorker(
      Documents documents,
      DocumentReading reading,
      Files files,
      VectorStores stores,
      Removals removals,
      Indexes indexes,
      LeaseRows leases,
      KnowledgeConfig config) {
    this.documents = documents;
    this.reading = reading;
    this.files = files;
    this.stores = stores;
    this.removals = removals;
    this.indexes = indexes;
    this.leases = leases;
    this.config = config;
    this.loop = Loop.ofWork("knowledge", config.lookEvery(), this::all);
    this.removing = new Loop("knowledge-removals", config.lookEvery(), this::remove);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
    removing.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
    removing.close();
  }

  void uploadTold(@Observes(during = TransactionPhase.AFTER_SUCCESS) FileTold told) {
    loop.wake();
  }

  void fileGone(@Observes(during = TransactionPhase.AFTER_SUCCESS) FileGone gone) {
    removing.wake();
  }

  /** Looks for documents as soon as possible. */
  void wake() {
    loop.wake();
  }

  /** Beside the documents: what was deleted does not stay until all of them are read. */
  private void remove() {
    removals.emptyExpired();
    removals.forgetRemoved();
    Set<String> open = indexes.stores();
    try {
      indexes.follow(open, stores.revisions(open));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void all() {
    Optional<StoreFile> next = documents.claim();
    while (next.isPresent()) {
      one(next.get());
      next = loop.goesOn() ? documents.claim() : Optional.empty();
    }
  }

  /** Takes in a document that this replica has claimed, or gives it back. */
  void one(StoreFile file) {
    Claim claim = file.held();
    Thread worker = Thread.currentThread();
    try (LeaseKeeper keeper =
        new LeaseKeeper(
            claim,
            config.lease(),
            config.lease().dividedBy(3),
            () -> leases.renew("vector_store_file", claim, config.lease()),
            () -> {})) {
      settle(file, claim, keeper);
      outages.remove(claim.id());
    } catch (LeaseLost e) {
      outages.remove(claim.id());
      LOG.infof("A document was taken away while it was read: %s", e.getMessage());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (worker.isInterrupted()) {
        return;
      }
      LOG.warnf(e, "A document could not be taken in, file=%s", file.fileId());
      failOrRest(file, claim, isOutage(e));
    }
  }

  private void settle(StoreFile file, Claim claim, LeaseKeeper keeper) throws IOException {
    Optional<UploadEvent> fact = files.fact(file.tenant(), file.fileId());
    switch (fact.orElse(null)) {
      case UploadParsed parsed -> {
        try {
          reading.read(file, parsed, keeper);
        } catch (DocumentReading.Unusable e) {
          documents.fail(claim, "invalid_file", e.getMessage());
        } catch (BlobNotFound | CorruptBlob e) {
          documents.fail(
              claim, "invalid_file", "What was read of the file is gone; upload it again.");
        }
      }
      case UploadRejected rejected -> documents.fail(claim, "unsupported_file", rejected.reason());
      case null, default -> {
        if (files.find(file.tenant(), file.fileId()).isEmpty() && documents.waitedTooLong(file)) {
          documents.fail(
              claim,
              "invalid_file",
              "There is no file with the id '%s'; upload it by POST /v1/files first."
                  .formatted(file.fileId()));
        } else {
          documents.defer(claim, UNTOLD, false);
        }
      }
    }
  }

  /** Whether what failed is the database's or the blob store's absence, and not the document. */
  static boolean isOutage(Throwable e) {
    return e instanceof IOException && !(e instanceof JsonProcessingException)
        || Outages.isOutage(e);
  }

  private void failOrRest(StoreFile file, Claim claim, boolean outage) {
    int tries = file.tries();
    try {
      if (outage) {
        int before = outages.merge(claim.id(), 1, Integer::sum) - 1;
        documents.defer(claim, PAUSES.after(before), false);
      } else if (tries + 1 >= config.tries()) {
        documents.fail(
            claim,
            "server_error",
            "The file could not be taken in; attach it again, and if that fails tell the"
                + " operator.");
      } else {
        documents.defer(claim, PAUSES.after(tries), true);
      }
    } catch (LeaseLost lost) {
      LOG.infof("A document was taken away: %s", lost.getMessage());
    }
  }
}
