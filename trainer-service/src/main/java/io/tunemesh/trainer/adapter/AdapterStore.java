package io.tunemesh.trainer.adapter;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts adapters into the blob store. An adapter has one manifest for ever: of any number of
 * attempts that publish it, the first to write it decides, and the others use what it wrote.
 */
@ApplicationScoped
public class AdapterStore {

  /** All that is ever published of a folder; nothing that could hold a pickle. */
  private static final Set<String> PUBLISHED =
      Set.of("adapter_config.json", "adapter_model.safetensors", "README.md");

  /** Stored beside the manifest: exports need it, and whoever wants to repeat the training. */
  public static final String SUMMARY = "training_summary.json";

  private final BlobStore blobs;

  AdapterStore(BlobStore blobs) {
    this.blobs = blobs;
  }

  /** The adapter's manifest, if it is published. */
  public Optional<AdapterManifest> find(String adapterId) throws IOException {
    try (InputStream in = blobs.open(new BlobRef(manifestKey(adapterId), null, null))) {
      return Optional.of(Json.MAPPER.readValue(in, AdapterManifest.class));
    } catch (BlobNotFound e) {
      return Optional.empty();
    }
  }

  /**
   * Stores the files and then the manifest.
   *
   * @return the manifest that is in force, which may be an earlier attempt's
   * @throws CorruptBlob if a file is not the one that its maker took the digest of
   */
  public AdapterManifest publish(
      String adapterId,
      String jobId,
      long attempt,
      String model,
      String baseModel,
      String kind,
      FinishedAdapter made)
      throws IOException {
    String folder = "adapters/%s/attempts/%d/".formatted(adapterId, attempt);
    List<AdapterFile> files = new ArrayList<>();
    BlobRef summary = null;
    for (FinishedAdapter.File file : made.files()) {
      if (PUBLISHED.contains(file.name())) {
        files.add(new AdapterFile(file.name(), store(folder, made.folder(), file)));
      } else if (file.name().equals(SUMMARY)) {
        summary = store(folder, made.folder(), file);
      }
    }
    AdapterManifest manifest =
        new AdapterManifest(
            adapterId,
            jobId,
            attempt,
            model,
            baseModel,
            kind,
            files,
            made.probes() == null ? null : store(folder + "probes.json", made.probes()),
            made.lossCurve() == null ? null : store(folder + "loss.svg", made.lossCurve()),
            summary,
            made.metrics(),
            made.steps(),
            made.bestStep(),
            made.bestMetric(),
            made.overfittingSince(),
            made.trainedTokens(),
            made.finalLoss(),
            made.seconds());
    byte[] json = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    if (blobs.putIfAbsent(manifestKey(adapterId), json)) {
      return manifest;
    }
    return find(adapterId).orElseThrow(() -> new BlobNotFound(manifestKey(adapterId)));
  }

  private BlobRef store(String folder, Path from, FinishedAdapter.File file) throws IOException {
    BlobRef ref = store(folder + file.name(), from.resolve(file.name()));
    if (!ref.sha256().equals(file.sha256())) {
      throw new CorruptBlob(ref.key(), file.sha256(), ref.sha256());
    }
    return ref;
  }

  private BlobRef store(String key, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return blobs.put(key, in);
    }
  }

  /** Where the manifest of that adapter is. */
  public static String manifestKey(String adapterId) {
    return "adapters/" + adapterId + "/manifest.json";
  }
}
