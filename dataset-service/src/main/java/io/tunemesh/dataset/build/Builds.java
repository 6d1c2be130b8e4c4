package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.augment.Answer;
import io.tunemesh.dataset.augment.Generations;
import io.tunemesh.dataset.augment.Progress;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.Rejections;
import io.tunemesh.dataset.token.Counting;
import io.tunemesh.dataset.token.TokenCounters;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.disk.Workplace;
import io.tunemesh.platform.outbox.EventTooLarge;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Builds datasets that were taken under a lease, and commits what came of it. */
@ApplicationScoped
class Builds {

  private final BlobStore blobs;
  private final DatasetConfig config;
  private final Outbox outbox;
  private final Rejections rejections;
  private final Sharing sharing;
  private final TokenCounters counters;
  private final Generations generations;
  private final DatabaseClock clock;
  private final Workplace workplace;

  Builds(
      BlobStore blobs,
      DatasetConfig config,
      Outbox outbox,
      Rejections rejections,
      Sharing sharing,
      TokenCounters counters,
      Generations generations,
      DatabaseClock clock,
      Workplace workplace) {
    this.blobs = blobs;
    this.config = config;
    this.sharing = sharing;
    this.outbox = outbox;
    this.rejections = rejections;
    this.counters = counters;
    this.generations = generations;
    this.clock = clock;
    this.workplace = workplace;
  }

  /** Makes the files of a dataset; the blobs are there when it returns, the fact is not. */
  Made make(Claim claim, Advance advance) throws IOException {
    Progress progress = QuarkusTransaction.requiringNew().call(() -> progress(claim.id()));
    if (progress instanceof Progress.Waiting) {
      return new Made.Waits();
    }
    var answers = progress instanceof Progress.Ended ended ? ended.answers() : null;
    Job job = QuarkusTransaction.requiringNew().call(() -> job(claim.id(), answers));
    Path folder = workplace.folder("dataset");
    try {
      return new Build(
              blobs,
              TrainingLimit.of(config),
              job.order(),
              job.found(),
              job.prefix(),
              folder,
              advance)
          .run();
    } catch (BlobNotFound | CorruptBlob e) {
      return lost(job.order(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the records are not what they were parsed to", e);
    } finally {
      Workplace.remove(folder);
    }
  }

  /** The refusal of a source that was deleted, or lost, after it was read. */
  private static Made.Rejected lost(Order order, IOException why) {
    UploadParsed file =
        Stream.concat(order.files().stream(), order.words().values().stream())
            .filter(source -> why.getMessage().contains("/" + source.fileId() + "/"))
            .findFirst()
            .orElse(null);
    return new Made.Rejected(
        null,
        "source_lost",
        "%s is there no more (%s); upload it again, and ask with its new id"
            .formatted(
                file == null ? "a source" : "the source '" + file.filename() + "'",
                why.getMessage()),
        file == null ? Where.field("dataset.sources") : Where.file(file.filename()));
  }

  /**
   * Makes the result a fact, together with its event. Where an event would not hold it, the dataset
   * is rejected.
   *
   * @throws LeaseLost if the lease is another's by now
   */
  void commit(Claim claim, Made made) {
    try {
      QuarkusTransaction.requiringNew().run(() -> settle(claim, made));
    } catch (EventTooLarge e) {
      String reason = e.getMessage() + "; name fewer sources, or shorten templates and lists";
      DatasetFiles files = made instanceof Made.Built built ? built.files() : null;
      Where where = Where.field("dataset.sources");
      Made.Rejected rejected = new Made.Rejected(files, "plan_too_large", reason, where);
      QuarkusTransaction.requiringNew().run(() -> settle(claim, rejected));
    }
  }

  private void settle(Claim claim, Made made) {
    generations.inTurn(claim.id());
    Dataset dataset = Dataset.findById(claim.id(), LockModeType.PESSIMISTIC_WRITE);
    switch (made) {
      case Made.Built built -> {
        dataset.built(claim.fence(), built.files());
        generations.forget(claim.id());
        outbox.publish(dataset.scope(), dataset.builtFact());
      }
      case Made.Rejected rejected -> {
        dataset.rejected(
            claim.fence(), rejected.files(), rejected.code(), rejected.reason(), rejected.where());
        generations.forget(claim.id());
        rejections.publish(dataset.scope(), dataset.rejectedFact());
      }
      case Made.Asks asks -> {
        generations.ask(dataset.scope(), claim.id(), asks.asks());
        rest(claim, dataset);
      }
      case Made.Waits waits -> rest(claim, dataset);
    }
  }

  /** Lets the dataset rest until its answers are there, or go on at once where they are. */
  private void rest(Claim claim, Dataset dataset) {
    switch (generations.progress(claim.id())) {
      case Progress.Waiting waiting ->
          dataset.waits(claim.fence(), waiting.until(), waiting.what());
      default -> dataset.waits(claim.fence(), clock.now(), "the answers of served models");
    }
  }

  private Progress progress(String datasetId) {
    generations.inTurn(datasetId);
    return generations.progress(datasetId);
  }

  /** Rejects a dataset whose build failed too often for reasons of ours. */
  void giveUp(Claim claim, int tries) {
    String reason =
        "an error of the service ended %d tries to build the dataset; ask for it again, or tell the operator"
            .formatted(tries);
    commit(claim, new Made.Rejected(null, "build_failed", reason, (Where) null));
  }

  /** Rejects a dataset for which the memory of the service is too small. */
  void tooLarge(Claim claim) {
    String reason =
        "the service's memory, of %d MB, is too small to build the dataset; make datasets of fewer rows, or tell the operator to raise -Xmx"
            .formatted(Runtime.getRuntime().maxMemory() >> 20);
    commit(claim, new Made.Rejected(null, "out_of_memory", reason, (Where) null));
  }

  private Job job(String id, Map<String, Answer> answers) {
    Dataset dataset = Dataset.findById(id);
    Counting counting = counters.of(dataset.plan());
    Order order = Order.of(dataset, answers, counting);
    return new Job(order, sharing.found(id, order), prefix(dataset) + counting.key() + "/");
  }

  /** Where the blobs of a dataset are. */
  static String prefix(Dataset dataset) {
    return folder(dataset.tenant(), dataset.id()) + "/";
  }

  /** The folder of all blobs of a tenant's dataset, and of no other. */
  static String folder(String tenant, String id) {
    return "datasets/%s/%s".formatted(keyOf(tenant), id);
  }

  /** A tenant's part of a blob's key: its name where that is plain, else a digest of it. */
  static String keyOf(String tenant) {
    return tenant.matches("(?!t-)[a-z0-9-]{1,40}")
        ? tenant
        : "t-" + Digests.sha256(tenant.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private record Job(Order order, List<List<BlobRef>> found, String prefix) {}
}
