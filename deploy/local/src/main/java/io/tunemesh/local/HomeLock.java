package io.tunemesh.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A lock between processes on a file. The system gives it back however its holder ends. */
final class HomeLock implements Closeable {

  private static final long LOOK_MS = 50;

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Whoever starts or ends a mesh holds this meanwhile, so that one does so at a time. */
  static HomeLock ofCommands(Home home) throws IOException, InterruptedException {
    Optional<HomeLock> lock = take(home.run("command.lock"));
    while (lock.isEmpty()) {
      Thread.sleep(LOOK_MS);
      lock = take(home.run("command.lock"));
    }
    return lock.get();
  }

  /** The supervisor holds this while it lives: empty if another has these data. */
  static Optional<HomeLock> ofSupervisor(Home home) throws IOException {
    return take(home.data("supervisor").resolve("lock"));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static Optional<HomeLock> take(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process holds it, which is a holder like any other.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(new HomeLock(channel));
  }
}
