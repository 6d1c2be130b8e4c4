package io.tunemesh.trainer.run;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LocalFile;
import io.tunemesh.trainer.history.JobCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The folder of one attempt on this machine: its data, its checkpoints, its events. */
final class Workspace implements AutoCloseable {

  private final BlobStore blobs;
  private final AttemptFolder folder;
  private final Claim claim;

  Workspace(BlobStore blobs, Path work, Claim claim) throws IOException {
    this.blobs = blobs;
    this.claim = claim;
    try {
      this.folder = new AttemptFolder(work, "jobs", claim);
    } catch (IOException e) {
      throw new StorageFault(e);
    }
  }

  Path folder() {
    return folder.path();
  }

  Path events() {
    return folder().resolve("events.jsonl");
  }

  /** Brings the splits here; each is checked by its digest. */
  WorkerJob.Dataset dataset(DatasetBuilt dataset) throws IOException {
    return new WorkerJob.Dataset(
        dataset.datasetId(),
        split("train", dataset.train()),
        split("validation", dataset.validation()),
        split("test", dataset.test()),
        dataset.format(),
        dataset.task());
  }

  private String split(String name, DatasetBuilt.Part part) throws IOException {
    if (part == null || part.lines() == null) {
      return null;
    }
    Path file = folder().resolve("data").resolve(name + ".jsonl");
    fetch(part.lines(), file);
    return file.toString();
  }

  /** Brings a checkpoint here and returns its folder. */
  Path checkpoint(JobCheckpoint checkpoint) throws IOException {
    Path target = folder().resolve("resume").resolve("step-%08d".formatted(checkpoint.step));
    for (var file : checkpoint.storedFiles().entrySet()) {
      fetch(file.getValue(), target.resolve(file.getKey()));
    }
    return target;
  }

  /** Stores a checkpoint's files, so that any replica can go on from it. */
  Map<String, BlobRef> store(WorkerEvent.Checkpoint checkpoint) throws IOException {
    Path from = Path.of(checkpoint.folder());
    String prefix =
        "jobs/%s/attempts/%d/checkpoints/step-%08d/"
            .formatted(claim.id(), claim.fence(), checkpoint.step());
    Map<String, BlobRef> stored = new TreeMap<>();
    for (var file : checkpoint.sha256().entrySet()) {
      try (InputStream in = Files.newInputStream(from.resolve(file.getKey()))) {
        BlobRef ref = blobs.put(prefix + file.getKey(), in);
        // the digest that the worker took, so that a file damaged since is refused at the resume
        stored.put(file.getKey(), new BlobRef(ref.key(), file.getValue(), ref.bytes()));
      }
    }
    return stored;
  }

  /**
   * Removes the checkpoints that are on this machine and older than this one, which is stored. The
   * worker reads none of them again: each has the best weights as well.
   */
  void keepOnly(WorkerEvent.Checkpoint newest) throws IOException {
    Path kept = Path.of(newest.folder()).toAbsolutePath().normalize();
    for (Path other : AttemptFolder.children(kept.getParent())) {
      String name = other.getFileName().toString();
      if (name.matches("step-\\d+") && name.compareTo(kept.getFileName().toString()) < 0) {
        AttemptFolder.clear(other);
      }
    }
    AttemptFolder.children(folder().resolve("resume")).forEach(AttemptFolder::clear);
  }

  static Map<String, String> digests(JobCheckpoint checkpoint) {
    Map<String, String> digests = new LinkedHashMap<>();
    checkpoint.storedFiles().forEach((name, ref) -> digests.put(name, ref.sha256()));
    return digests;
  }

  @Override
  public void close() {
    folder.close();
  }

  private void fetch(BlobRef ref, Path file) throws IOException {
    try (InputStream in = blobs.open(ref);
        OutputStream out = local(file)) {
      in.transferTo(out);
    } catch (UncheckedIOException e) {
      throw new StorageFault(e.getCause());
    }
  }

  private static OutputStream local(Path file) throws StorageFault {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new StorageFault(e);
    }
    return LocalFile.create(file);
  }
}
