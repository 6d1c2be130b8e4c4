package io.tunemesh.platform.blob;

import io.tunemesh.contract.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Blobs as files below one folder. A blob is written aside, forced to the disk, and moved into
 * place.
 */
public final class FileBlobStore implements BlobStore {

  private static final Duration STALE = Duration.ofDays(1);

  private final Path root;
  private final Path aside;

  /** A store below {@code root}, which is made if it is not there. */
  public FileBlobStore(Path root) throws IOException {
    this.root = root.toAbsolutePath().normalize();
    this.aside = Files.createDirectories(this.root.resolve(".aside"));
    sweep();
  }

  @Override
  public BlobRef put(String key, InputStream content) throws IOException {
    Path target = target(key);
    Path spooled = Files.createTempFile(aside, "put", null);
    try {
      BlobRef ref = Digests.spool(key, content, spooled);
      force(spooled);
      Files.move(
          spooled, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(target.getParent());
      return ref;
    } finally {
      Files.deleteIfExists(spooled);
    }
  }

  @Override
  public BlobRef take(String key, Path file) throws IOException {
    Path target = target(key);
    BlobRef ref = Digests.of(key, file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    force(file);
    try {
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) { // it lies on another disk
      try (InputStream in = Files.newInputStream(file)) {
        return put(key, in);
      }
    }
    force(target.getParent());
    return ref;
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path target = target(key);
    Path spooled = Files.createTempFile(aside, "put", null);
    try {
      Digests.spool(key, new ByteArrayInputStream(content), spooled);
      force(spooled);
      Files.createLink(target, spooled);
      force(target.getParent());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(spooled);
    }
  }

  @Override
  public InputStream open(BlobRef ref) throws IOException {
    try {
      return Digests.verified(ref, Files.newInputStream(file(ref.key())));
    } catch (NoSuchFileException e) {
      throw new BlobNotFound(ref.key());
    }
  }

  @Override
  public byte[] read(BlobRef part, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(part.bytes()));
    try (FileChannel channel = FileChannel.open(file(part.key()))) {
      channel.position(offset);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
    } catch (NoSuchFileException e) {
      throw new BlobNotFound(part.key());
    }
    return Digests.verified(part, Arrays.copyOf(bytes.array(), bytes.position()));
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(path(key));
  }

  @Override
  public List<Stored> list(String folder) throws IOException {
    List<Stored> found = new ArrayList<>();
    Path from = path(folder);
    if (!Files.isDirectory(from)) {
      return found;
    }
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
            String key = root.relativize(file).toString().replace(File.separatorChar, '/');
            found.add(new Stored(key, about.lastModifiedTime().toInstant()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return found;
  }

  /**
   * The file under {@code key}. A folder is none, and nothing lies below a file: a system tells
   * both as faults of reading, which another try might mend.
   */
  private Path file(String key) throws BlobNotFound {
    Path file = path(key);
    if (Files.isRegularFile(file)) {
      return file;
    }
    boolean lost = Files.isDirectory(file);
    for (Path above = file.getParent(); !above.equals(root); above = above.getParent()) {
      lost |= Files.isRegularFile(above);
    }
    if (lost) {
      throw new BlobNotFound(key);
    }
    return file;
  }

  private Path path(String key) {
    return root.resolve(BlobKeys.check(key));
  }

  private Path target(String key) throws IOException {
    Path target = path(key);
    Files.createDirectories(target.getParent());
    return target;
  }

  /** A folder is forced as well, or the disk may forget the name of a file that it has. */
  private static void force(Path path) throws IOException {
    var option = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  /** Deletes what a process that died was writing. */
  private void sweep() throws IOException {
    FileTime stale = FileTime.from(Instant.now().minus(STALE));
    try (Stream<Path> files = Files.list(aside)) {
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).compareTo(stale) < 0) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
