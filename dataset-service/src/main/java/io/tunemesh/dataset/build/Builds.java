package io.tunemesh.dataset.build;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Builds datasets that were taken under a lease, and commits what came of it. */
@ApplicationScoped
class Builds {

  private final BlobStore blobs;
  private final DatasetConfig config;
  private final Outbox outbox;

  Builds(BlobStore blobs, DatasetConfig config, Outbox outbox) {
    this.blobs = blobs;
    this.config = config;
    this.outbox = outbox;
  }

  /** Makes the files of a dataset; the blobs are there when it returns, the fact is not. */
  Made make(Lease lease) throws IOException {
    Job job = QuarkusTransaction.requiringNew().call(() -> job(lease.datasetId()));
    Path folder = Files.createTempDirectory("dataset");
    try {
      return new Build(blobs, config.maxTrainingLines(), job.order(), job.prefix(), folder).run();
    } finally {
      remove(folder);
    }
  }

  /**
   * Makes the result a fact, together with its event.
   *
   * @throws io.tunemesh.dataset.dataset.WrongState if the lease is another's by now
   */
  void commit(Lease lease, Made made) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              Dataset dataset = Dataset.findById(lease.datasetId(), LockModeType.PESSIMISTIC_WRITE);
              switch (made) {
                case Made.Built built -> {
                  dataset.built(lease.fence(), built.files());
                  outbox.publish(dataset.scope(), dataset.builtFact());
                }
                case Made.Rejected rejected -> {
                  dataset.rejected(
                      lease.fence(),
                      rejected.files(),
                      rejected.code(),
                      rejected.reason(),
                      rejected.where());
                  outbox.publish(dataset.scope(), dataset.rejectedFact());
                }
              }
            });
  }

  /** Rejects a dataset whose build failed too often for reasons of ours. */
  void giveUp(Lease lease, String cause) {
    String reason =
        "the dataset could not be built in %d tries, the last of which failed: %s; ask for it again, or tell the operator"
            .formatted(lease.fence(), cause);
    commit(lease, new Made.Rejected(null, "build_failed", reason, (Where) null));
  }

  private static Job job(String id) {
    Dataset dataset = Dataset.findById(id);
    List<UploadParsed> files =
        dataset.sources().stream()
            .map(source -> KnownUpload.<KnownUpload>findById(source.fileId()))
            .map(upload -> (UploadParsed) upload.fact())
            .toList();
    String prefix = "datasets/%s/%s/".formatted(keyOf(dataset.tenant()), dataset.id());
    return new Job(new Order(dataset.plan().dataset(), files), prefix);
  }

  /** A tenant's part of a blob's key: its name where that is plain, else a digest of it. */
  static String keyOf(String tenant) {
    return tenant.matches("(?!t-)[a-z0-9-]{1,40}")
        ? tenant
        : "t-" + Digests.sha256(tenant.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private record Job(Order order, String prefix) {}
}
