package io.tunemesh.trainer.leftover;

import io.tunemesh.platform.work.Lease;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.adapter.AdapterStore;
import io.tunemesh.trainer.export.ExportStatus;
import io.tunemesh.trainer.export.ModelExport;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.leftover.OrphanBlobs.Blob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What refers to blobs of the trainer, and which attempts may still come to refer to theirs. */
@ApplicationScoped
class References {

  /** What blobs are stored for, each in a folder of its own. */
  enum Kind {
    JOBS,
    ADAPTERS,
    EXPORTS;

    String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is needed of an id's blobs.
   *
   * @param keys that are referred to; null if nothing may be removed
   * @param attempt that holds its claim and may refer to whatever it stored; null for none
   */
  record Needed(Set<String> keys, Long attempt) {

    private static final Needed ALL = new Needed(null, null);

    boolean has(Blob blob) {
      return keys == null || keys.contains(blob.key()) || Objects.equals(blob.fence(), attempt);
    }
  }

  private final AdapterStore adapters;
  private final EntityManager database;

  References(AdapterStore adapters, EntityManager database) {
    this.adapters = adapters;
    this.database = database;
  }

  /**
   * What is needed of the blobs that were found for {@code id}; needs a transaction.
   *
   * @param jobs from {@link #jobsByAdapter}
   */
  Needed of(Kind kind, String id, List<Blob> found, Map<String, Origin> jobs) {
    return switch (kind) {
      case JOBS -> job(TrainingJob.findById(id));
      case ADAPTERS -> adapter(id, found, jobs.get(id));
      case EXPORTS -> export(id, ModelExport.findById(id));
    };
  }

  /** Where the job of an adapter is, and whether its owner has deleted the adapter. */
  record Origin(JobStatus job, boolean deleted) {

    private boolean needsNothing() {
      return deleted || job == JobStatus.FAILED || job == JobStatus.CANCELLED;
    }
  }

  /** Every job, by the id of its adapter, which follows from the job's. */
  @Transactional
  Map<String, Origin> jobsByAdapter() {
    return database
        .createQuery("select id, status, adapterDeleted from TrainingJob", Object[].class)
        .getResultStream()
        .collect(
            Collectors.toMap(
                row -> ModelNames.adapterId((String) row[0]),
                row -> new Origin((JobStatus) row[1], (Boolean) row[2])));
  }

  /** The files of its checkpoints. A job is never removed, so an unknown one is another's. */
  private static Needed job(TrainingJob job) {
    if (job == null) {
      return Needed.ALL;
    }
    Set<String> keys = new HashSet<>();
    for (JobCheckpoint checkpoint :
        JobCheckpoint.<JobCheckpoint>list("jobId = ?1 and files is not null", job.id)) {
      checkpoint.storedFiles().values().forEach(file -> keys.add(file.key()));
    }
    return new Needed(keys, held(job.lease));
  }

  /**
   * What its manifest names, which is written once. Until there is one, an attempt that lost its
   * claim may still write it, so that all stay. A job that ended without it has no adapter, and
   * nobody needs one that is deleted.
   */
  private Needed adapter(String id, List<Blob> found, Origin origin) {
    if (origin == null) {
      return Needed.ALL;
    }
    if (origin.needsNothing()) {
      return new Needed(Set.of(), null);
    }
    long attempts = found.stream().map(Blob::fence).filter(fence -> fence > 0).distinct().count();
    if (attempts < 2 && origin.job() == JobStatus.SUCCEEDED) {
      return Needed.ALL;
    }
    try {
      return adapters
          .find(id)
          .map(manifest -> new Needed(named(id, manifest), null))
          .orElse(Needed.ALL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> named(String id, AdapterManifest manifest) {
    Set<String> keys = new HashSet<>(Set.of(AdapterStore.manifestKey(id)));
    manifest.files().forEach(file -> keys.add(file.blob().key()));
    Stream.of(manifest.probes(), manifest.lossCurve(), manifest.summary())
        .filter(Objects::nonNull)
        .forEach(blob -> keys.add(blob.key()));
    return keys;
  }

  /** Its files, once it has succeeded. An export that is not there was removed by its owner. */
  private static Needed export(String id, ModelExport export) {
    if (export == null) {
      return id.startsWith(ModelExport.PREFIX) ? new Needed(Set.of(), null) : Needed.ALL;
    }
    Set<String> keys =
        export.status == ExportStatus.SUCCEEDED
            ? export.fileList().stream().map(file -> file.blob().key()).collect(Collectors.toSet())
            : Set.of();
    return new Needed(keys, held(export.lease));
  }

  private static Long held(Lease lease) {
    return lease.isHeldUnder(lease.fence()) ? lease.fence() : null;
  }
}
