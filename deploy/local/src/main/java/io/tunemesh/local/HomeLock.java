package io.tunemesh.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A lock between processes on a file. The system gives it back however its holder ends. */
final class HomeLock implements Closeable {

  private static final long LOOK_MS = 50;

  /**
   * What this process holds. The system gives a lock back when its process closes any channel of
   * the file, so a second one must not be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private HomeLock(Path file, FileChannel channel) {
    this.file = file;
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
    HELD.remove(file);
  }

  private static Optional<HomeLock> take(Path file) throws IOException {
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      Files.createDirectories(file.getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
    } finally {
      if (lock == null) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
    return lock == null ? Optional.empty() : Optional.of(new HomeLock(file, channel));
  }
}
