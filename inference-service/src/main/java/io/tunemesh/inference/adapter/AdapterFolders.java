package io.tunemesh.inference.adapter;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.blob.Digests;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adapters as folders that the engine reads. A folder is named by its content, holds nothing but
 * what an engine needs, and is complete and verified when it appears.
 */
@ApplicationScoped
class AdapterFolders {

  private static final Set<String> TAKEN =
      Set.of("adapter_config.json", "adapter_model.safetensors", "README.md");
  private static final List<String> NEEDED =
      List.of("adapter_config.json", "adapter_model.safetensors");
  private static final String ASIDE = ".aside-";
  private static final Duration STALE = Duration.ofHours(1);

  private final BlobStore blobs;
  private final Path root;
  private final Duration grace;

  /** Since when folders that are there are needed no more. */
  private final Map<String, Instant> left = new HashMap<>();

  AdapterFolders(BlobStore blobs, EngineConfig config, AdaptersConfig adapters) {
    this.blobs = blobs;
    this.root = config.adapters().toAbsolutePath().normalize();
    this.grace = adapters.keepFolders();
  }

  /**
   * The folder of {@code files}, made if it is not there. A folder whose bytes have changed since
   * is made anew.
   *
   * @throws UnusableAdapter if a file is missing or is not what its digest says
   */
  Path of(List<AdapterFile> files) throws IOException, UnusableAdapter {
    Map<String, BlobRef> taken = taken(files);
    Path folder = root.resolve(name(taken));
    if (Files.isDirectory(folder)) {
      if (isIntact(folder, taken)) {
        return folder;
      }
      discard(folder);
    }
    Files.createDirectories(root);
    Path aside = Files.createTempDirectory(root, ASIDE);
    try {
      for (var file : taken.entrySet()) {
        copy(file.getValue(), aside.resolve(file.getKey()));
      }
      Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
      appear(aside, folder, taken);
    } catch (IOException | UnusableAdapter e) {
      delete(aside);
      throw e;
    }
    return folder;
  }

  /** Another replica that shares the root may be faster; each system says so in its own words. */
  private static void appear(Path aside, Path folder, Map<String, BlobRef> taken)
      throws IOException {
    try {
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder) || !isIntact(folder, taken)) {
        throw e;
      }
      delete(aside);
    }
  }

  /** The folders that are there now, and what a killed process has left half made. */
  List<Path> all() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(AdapterFolders::isOurs).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes those of {@code folders} that none of {@code kept} has needed for long. An engine reads
   * one again where the weights of an answer that goes on have made way, and a vLLM that cannot
   * ends.
   */
  synchronized void discardAllBut(List<List<AdapterFile>> kept, List<Path> folders)
      throws IOException {
    Set<String> names = kept.stream().map(AdapterFolders::nameOrNone).collect(Collectors.toSet());
    Instant now = Instant.now();
    left.keySet().removeAll(names);
    for (Path folder : folders) {
      String name = folder.getFileName().toString();
      if (name.startsWith(ASIDE) ? isStale(folder) : !names.contains(name) && isOver(name, now)) {
        discard(folder);
        left.remove(name);
      }
    }
  }

  private boolean isOver(String name, Instant now) {
    return !left.computeIfAbsent(name, its -> now).plus(grace).isAfter(now);
  }

  private static boolean isOurs(Path folder) {
    String name = folder.getFileName().toString();
    return name.startsWith(ASIDE) || name.matches("sha256-[0-9a-f]{64}");
  }

  private static boolean isStale(Path aside) {
    try {
      return Files.getLastModifiedTime(aside).toInstant().isBefore(Instant.now().minus(STALE));
    } catch (IOException e) {
      return false;
    }
  }

  private void copy(BlobRef blob, Path file) throws IOException, UnusableAdapter {
    try (InputStream in = blobs.open(blob);
        OutputStream out = Files.newOutputStream(file)) {
      in.transferTo(out);
    } catch (BlobNotFound e) {
      throw new UnusableAdapter("artifact_missing", e.getMessage() + "; train again");
    } catch (CorruptBlob e) {
      throw new UnusableAdapter("artifact_corrupt", e.getMessage() + "; train again");
    }
  }

  private static Map<String, BlobRef> taken(List<AdapterFile> files) throws UnusableAdapter {
    Map<String, BlobRef> taken = new TreeMap<>();
    for (AdapterFile file : files == null ? List.<AdapterFile>of() : files) {
      if (file.name() != null && TAKEN.contains(file.name())) {
        if (file.blob() == null || file.blob().sha256() == null) {
          throw new UnusableAdapter(
              "artifact_incomplete", file.name() + " was published without its digest");
        }
        taken.put(file.name(), file.blob());
      }
    }
    for (String needed : NEEDED) {
      if (!taken.containsKey(needed)) {
        throw new UnusableAdapter(
            "artifact_incomplete", "the adapter was published without " + needed);
      }
    }
    return taken;
  }

  private static String nameOrNone(List<AdapterFile> files) {
    try {
      return name(taken(files));
    } catch (UnusableAdapter e) {
      return "";
    }
  }

  private static String name(Map<String, BlobRef> taken) {
    String content =
        taken.entrySet().stream()
            .map(file -> file.getKey() + " " + file.getValue().sha256())
            .collect(Collectors.joining("\n"));
    return "sha256-" + Digests.sha256(content.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isIntact(Path folder, Map<String, BlobRef> taken) throws IOException {
    for (var file : taken.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!Files.isRegularFile(path) || !digest(path).equals(file.getValue().sha256())) {
        return false;
      }
    }
    return true;
  }

  private static String digest(Path file) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Moves a folder out of its name before it is deleted, so that no reader meets half of it. */
  private void discard(Path folder) throws IOException {
    Path aside = root.resolve(ASIDE + UUID.randomUUID());
    try {
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return; // another replica was faster
    }
    delete(aside);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
