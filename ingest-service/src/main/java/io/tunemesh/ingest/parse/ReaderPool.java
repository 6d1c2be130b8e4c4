package io.tunemesh.ingest.parse;

import io.quarkus.runtime.ShutdownEvent;
import io.tunemesh.contract.Where;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.RecordConfig;
import io.tunemesh.ingest.upload.UploadConfig;
import io.tunemesh.ingest.workbook.WorkbookConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The reader processes of this replica. One that answered reads the next file; one that died, was
 * too slow, or has read its share is replaced. While there is nothing to read, one waits that has
 * practised and has seen no file.
 */
@ApplicationScoped
class ReaderPool implements Closeable {

  private static final Logger LOG = Logger.getLogger(ReaderPool.class);

  private final ParseConfig config;
  private final List<String> command;
  private final Map<String, String> settings;
  private final Path folder;
  private final Deque<ReaderChild> free = new ConcurrentLinkedDeque<>();
  private Practice practice;
  private boolean closed;
  private volatile long spareFrom;

  /** Takes the settings of every reader, since Quarkus drops those that nobody takes. */
  @Inject
  ReaderPool(
      ParseConfig config,
      UploadConfig uploads,
      RecordConfig records,
      ReaderConfig reader,
      WorkbookConfig workbook) {
    this(
        config,
        ReaderCommand.of(config),
        Map.of(
                RecordConfig.class, records,
                ReaderConfig.class, reader,
                WorkbookConfig.class, workbook)
            ::get,
        uploads.spool());
  }

  /**
   * @param command what starts a reader
   * @param settings those of {@link Readers#SETTINGS}
   * @param folder where readers practise
   */
  ReaderPool(
      ParseConfig config, List<String> command, Function<Class<?>, Object> settings, Path folder) {
    this.config = config;
    this.command = command;
    this.settings = ReaderSettings.write(Readers.SETTINGS, settings);
    this.folder = folder;
    this.spareFrom = System.nanoTime() + config.spareAfter().toNanos();
  }

  /** Has a reader get ready if none is free, so that it is there when its file is. */
  synchronized void prepare() {
    if (!closed && practice == null && free.isEmpty()) {
      practice = Practice.start(command, folder);
    }
  }

  /** Waits for the reader that gets ready, if one does, to be as ready as it will be. */
  void awaitPrepared() throws InterruptedException {
    Practice awaited;
    synchronized (this) {
      awaited = practice;
    }
    if (awaited != null) {
      awaited.end();
    }
  }

  /**
   * Has {@code file} read into {@code records}. Whatever that does to the process that reads, there
   * is an answer within the time limit.
   *
   * @param filename as its owner calls it
   * @param folder for the reader's own files
   * @throws IOException if no reader can be started
   */
  ReadAnswer read(Path file, String filename, Path records, Path folder)
      throws IOException, InterruptedException {
    ReadJob job =
        new ReadJob(file.toString(), filename, records.toString(), folder.toString(), settings);
    long end = System.nanoTime() + config.readTimeout().toNanos();
    for (int tries = 1; tries <= config.attempts(); tries++) {
      boolean kept = false;
      ReaderChild reader = take();
      try {
        ReadAnswer answer = reader.read(job, Duration.ofNanos(end - System.nanoTime()));
        kept = reader.served() < config.filesPerReader() && free.offerFirst(reader);
        return answer;
      } catch (ReaderChild.TooSlow e) {
        return refused(filename, "timeout", "Reading the file took too long; split it.");
      } catch (ReaderChild.Died e) {
        LOG.warnf("A reader died, file=%s try=%d cause=%s", filename, tries, e.getMessage());
        if (e.outOfMemory()) {
          return refused(
              filename, "too_large", "Reading the file needs more memory than one may; split it.");
        }
      } finally {
        if (!kept) {
          reader.close();
        }
      }
    }
    return refused(
        filename,
        "crashed",
        "Reading the file failed %d times without an answer; save it anew, or split it."
            .formatted(config.attempts()));
  }

  /** Ends the readers that have been idle for long, but for the one that waits. */
  void tidy() throws InterruptedException {
    freePractised();
    for (ReaderChild reader : free) {
      boolean waits = config.spare() && reader.served() == 0;
      if (!waits && reader.idle().compareTo(config.idle()) > 0 && free.remove(reader)) {
        reader.close();
      }
    }
    if (config.spare() && System.nanoTime() - spareFrom > 0) {
      prepare();
    }
  }

  /** In one step, or another reader might get ready meanwhile, or this one outlive the pool. */
  private synchronized void freePractised() throws InterruptedException {
    if (practice == null || !practice.isOver()) {
      return;
    }
    ReaderChild reader = practice.end();
    practice = null;
    if (reader == null) {
      spareFrom = System.nanoTime() + config.idle().toNanos();
    } else {
      free.add(reader);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    close();
  }

  /** Ends all readers; there will be no more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    Practice unfinished = handOver();
    if (unfinished != null) {
      unfinished.close();
    }
    for (ReaderChild reader = free.poll(); reader != null; reader = free.poll()) {
      reader.close();
    }
  }

  private ReaderChild take() throws IOException, InterruptedException {
    ReaderChild reader = free.poll();
    if (reader == null) {
      Practice ahead = handOver();
      reader = ahead == null ? null : ahead.take();
    }
    return reader == null ? ReaderChild.start(command) : reader;
  }

  /** The practice, which is the caller's from now on; null if there is none. */
  private synchronized Practice handOver() {
    Practice handed = practice;
    practice = null;
    return handed;
  }

  private static ReadAnswer refused(String filename, String code, String reason) {
    return new ReadAnswer.Refused(code, reason, Where.file(filename));
  }
}
