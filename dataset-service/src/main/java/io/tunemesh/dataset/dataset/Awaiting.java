package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.source.KnownUpload;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of datasets that wait for uploads. Whoever calls is {@link Datasets#inTurn}, but for
 * the clock.
 */
@ApplicationScoped
class Awaiting {

  private static final String WAITING =
      "select distinct d from Dataset d join d.sources s"
          + " where d.tenant = ?1 and d.standing.status = WAITING and ";

  private final DatasetConfig config;
  private final Rejections rejections;
  private final Event<BuildReady> ready;

  Awaiting(DatasetConfig config, Rejections rejections, Event<BuildReady> ready) {
    this.config = config;
    this.rejections = rejections;
    this.ready = ready;
  }

  /** Gives the datasets that wait for an upload what is known of it. */
  void tell(KnownUpload upload) {
    String missing = "s.fileId is null and (s.asked = ?2 or d.run = ?3)";
    Dataset.<Dataset>list(WAITING + missing, upload.tenant(), upload.fileId(), upload.run())
        .forEach(this::look);
  }

  /**
   * Takes a deleted upload from the datasets that have it and wait for others. What asked for it by
   * its id can never be; what asked by its name waits for another of that name.
   */
  void lost(KnownUpload upload) {
    Instant deadline = Instant.now().plus(config.sourceTimeout());
    List<Dataset> waiting =
        Dataset.list(WAITING + "s.fileId = ?2", upload.tenant(), upload.fileId());
    for (Dataset dataset : waiting) {
      dataset.lost(upload.fileId(), deadline);
      look(dataset);
    }
  }

  /** Looks for the sources that a dataset misses. */
  void look(Dataset dataset) {
    for (int i = 0; i < dataset.sources.size() && dataset.status() == Status.WAITING; i++) {
      if (dataset.sources.get(i).fileId == null) {
        look(dataset, i);
      }
    }
    if (dataset.isBuilding()) {
      ready.fire(new BuildReady(dataset.id));
    }
  }

  private void look(Dataset dataset, int position) {
    String asked = dataset.sources.get(position).asked;
    KnownUpload upload = KnownUpload.named(dataset.tenant, dataset.run, asked).orElse(null);
    if (upload != null && upload.isDeleted()) {
      if (upload.fileId().equals(asked)) {
        refuse(dataset, upload);
      }
      return;
    }
    switch (upload == null ? null : upload.fact()) {
      case UploadParsed parsed -> dataset.found(position, parsed.fileId());
      case UploadRejected rejected -> refuse(dataset, rejected);
      case null, default -> {}
    }
  }

  /**
   * Rejects a dataset whose sources did not come in time. One that has come and is only not read
   * yet is waited for longer: nothing that was accepted is lost.
   */
  void overdue(Dataset dataset) {
    List<String> missing =
        dataset.missing().stream()
            .filter(
                name ->
                    KnownUpload.named(dataset.tenant, dataset.run, name)
                        .filter(upload -> !upload.isDeleted())
                        .isEmpty())
            .toList();
    if (missing.isEmpty()) {
      dataset.waitsUntil(Instant.now().plus(config.sourceTimeout()));
      return;
    }
    refuse(
        dataset,
        "source_missing",
        ("%s did not come within %s; upload it%s, or name it by its file id, and ask again")
            .formatted(
                String.join(", ", missing),
                config.sourceTimeout().toString().substring(2).toLowerCase(Locale.ROOT),
                dataset.run == null ? "" : " in the run " + dataset.run),
        Where.file(missing.getFirst()));
  }

  private void refuse(Dataset dataset, KnownUpload deleted) {
    refuse(
        dataset,
        "source_lost",
        "the source '%s' (%s) was deleted; upload it again, and ask with its new id"
            .formatted(deleted.filename(), deleted.fileId()),
        Where.file(deleted.filename()));
  }

  private void refuse(Dataset dataset, UploadRejected source) {
    refuse(
        dataset,
        "source_rejected",
        "the source '%s' cannot be read: %s".formatted(source.filename(), source.reason()),
        source.where() == null ? Where.file(source.filename()) : source.where());
  }

  /** Rejects a dataset that cannot be made from what was asked or what came. */
  void refuse(Dataset dataset, String code, String reason, Where where) {
    dataset.refused(code, reason, where);
    rejections.publish(dataset.scope(), dataset.rejectedFact());
  }
}
