package io.tunemesh.ingest.parse;

import java.io.Closeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jboss.logging.Logger;

/**
 * A reader on its way: it reads made-up tables, by which its JVM loads and compiles what most files
 * need, until it is wanted or they teach it no more. A file waits for one such table at most.
 */
final class Practice implements Closeable {

  private static final Logger LOG = Logger.getLogger(Practice.class);

  /** After these the JVM compiles nothing more of what reads workbooks. */
  private static final int ROUNDS = 16;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<String> command;
  private final Path parent;
  private final FutureTask<ReaderChild> task = new FutureTask<>(this::run);
  private final Thread thread;
  private volatile boolean wanted;

  private Practice(List<String> command, Path parent) {
    this.command = command;
    this.parent = parent;
    this.thread = Thread.ofPlatform().name("reader-practice").daemon().unstarted(task);
  }

  /**
   * Starts a reader, and has it practise.
   *
   * @param parent where a folder for the tables can be made
   */
  static Practice start(List<String> command, Path parent) {
    Practice practice = new Practice(command, parent);
    practice.thread.start();
    return practice;
  }

  /**
   * The reader, as soon as it is through with the table at hand; null if it came to nothing.
   *
   * @throws InterruptedException once the reader is ended, since nobody else has it
   */
  ReaderChild take() throws InterruptedException {
    wanted = true;
    try {
      return end();
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  /** The reader when it has practised enough; null if it came to nothing. */
  ReaderChild end() throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      LOG.warnf("A reader did not get ready, cause=%s", e.getCause());
      return null;
    }
  }

  /** Whether {@link #end} would not wait. */
  boolean isOver() {
    return task.isDone();
  }

  /** Ends the reader, whatever it does. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      ReaderChild reader = end();
      if (reader != null) {
        reader.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ReaderChild run() throws Exception {
    ReaderChild reader = ReaderChild.start(command);
    boolean kept = false;
    try {
      practise(reader);
      kept = true;
      return reader;
    } finally {
      if (!kept) {
        reader.close();
      }
    }
  }

  /** By the default limits: an operator's may be below what our tables need. */
  private void practise(ReaderChild reader) throws Exception {
    var settings = ReaderSettings.write(Readers.SETTINGS, ReaderSettings::defaults);
    try (Folder folder = Folder.in(parent, "practice")) {
      List<Path> tables = ReaderTraining.files(folder.path());
      for (int i = 0; i < ROUNDS * tables.size() && !wanted; i++) {
        Path records = folder.path().resolve("records");
        reader.practise(
            ReadJob.of(tables.get(i % tables.size()), records, folder.path(), settings), PATIENCE);
      }
    }
  }
}
