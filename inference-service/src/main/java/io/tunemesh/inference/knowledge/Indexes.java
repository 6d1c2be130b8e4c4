package io.tunemesh.inference.knowledge;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.tunemesh.platform.disk.Workplace;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The indexes of the stores that were searched last. Each is a cache of the database: it is made at
 * the first search, and made up to the store's revision before every other. One that fails at that
 * is thrown away and made anew, and no asker who goes away breaks one: an interrupt closes the
 * files that a thread writes, so another thread writes them.
 */
@ApplicationScoped
class Indexes {

  private static final Logger LOG = Logger.getLogger(Indexes.class);
  private static final int PAGE = 500;

  /** An index and how far it is; searched under the read lock, changed under the write lock. */
  private static final class Open {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private StoreIndex index;
    private long revision = -1;
    private Map<String, StoreIndex.Source> sources = Map.of();
    private boolean closed;
  }

  /** What is done with an index. */
  interface Use<T> {
    T of(StoreIndex index, Map<String, StoreIndex.Source> sources) throws IOException;
  }

  private final ChunkTable chunks;
  private final KnowledgeConfig config;
  private final Workplace workplace;
  private final LinkedHashMap<String, Open> open = new LinkedHashMap<>(16, 0.75f, true);

  Indexes(ChunkTable chunks, KnowledgeConfig config, Workplace workplace) {
    this.chunks = chunks;
    this.config = config;
    this.workplace = workplace;
  }

  void stop(@Observes ShutdownEvent event) {
    List<Open> all;
    synchronized (open) {
      all = List.copyOf(open.values());
      open.clear();
    }
    all.forEach(Indexes::close);
  }

  /** The stores whose indexes are open. */
  Set<String> stores() {
    synchronized (open) {
      return Set.copyOf(open.keySet());
    }
  }

  /**
   * Closes the indexes of stores that are gone and takes out of the others what was deleted, so
   * that nothing of it stays on this replica's disk although nobody searches. One that fails keeps
   * no other from that.
   *
   * @param asked the stores that were asked for; the index of another is left as it is
   * @param revisions of those that are there
   */
  void follow(Set<String> asked, Map<String, Long> revisions) throws InterruptedException {
    Map<String, Open> all;
    synchronized (open) {
      all = new HashMap<>(open); // reading them one by one would make each the last used
    }
    all.keySet().retainAll(asked);
    for (var one : all.entrySet()) {
      Long revision = revisions.get(one.getKey());
      if (revision == null) {
        discard(one.getKey(), one.getValue());
        continue;
      }
      try {
        catchUp(one.getValue(), one.getKey(), revision);
      } catch (RuntimeException e) {
        LOG.warnf(e, "An index is made anew when it is next searched, store=%s", one.getKey());
      }
    }
  }

  /**
   * Uses a store's index at {@code revision}, or a later one.
   *
   * @throws InterruptedException if the asker went away; the index comes to its revision all the
   *     same
   */
  <T> T use(String store, long revision, Use<T> use) throws InterruptedException {
    while (true) {
      Open entry = entry(store);
      catchUp(entry, store, revision);
      entry.lock.readLock().lock();
      try {
        if (!entry.closed) {
          return use.of(entry.index, entry.sources);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        entry.lock.readLock().unlock();
      }
    }
  }

  private Open entry(String store) {
    Open entry;
    Open oldest = null;
    synchronized (open) {
      entry = open.computeIfAbsent(store, any -> new Open());
      if (open.size() > config.openStores()) {
        oldest = open.pollFirstEntry().getValue();
      }
    }
    if (oldest != null) {
      close(oldest);
    }
    return entry;
  }

  private void catchUp(Open entry, String store, long revision) throws InterruptedException {
    entry.lock.readLock().lock();
    try {
      if (entry.closed || entry.revision >= revision) {
        return;
      }
    } finally {
      entry.lock.readLock().unlock();
    }
    FutureTask<Void> work =
        new FutureTask<>(
            () -> {
              changeOrDiscard(entry, store, revision);
              return null;
            });
    Thread.ofVirtual().name("index-" + store).start(work);
    try {
      work.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the index of " + store + " cannot be made", e.getCause());
    }
  }

  /** What is half changed, or whose files Lucene has closed, would fail at every later search. */
  private void changeOrDiscard(Open entry, String store, long revision) throws IOException {
    boolean sound = false;
    entry.lock.writeLock().lock();
    try {
      if (!entry.closed && entry.revision < revision) {
        change(entry, store, revision);
      }
      sound = true;
    } finally {
      if (!sound) {
        discard(store, entry);
      }
      entry.lock.writeLock().unlock();
    }
  }

  private void discard(String store, Open entry) {
    synchronized (open) {
      open.remove(store, entry);
    }
    close(entry);
  }

  private void change(Open entry, String store, long revision) throws IOException {
    if (entry.index == null) {
      entry.index = new StoreIndex(workplace.folder("index"));
    }
    Map<String, StoreIndex.Source> wanted =
        QuarkusTransaction.requiringNew().call(() -> completed(store));
    Map<String, StoreIndex.Source> sources = new HashMap<>(entry.sources);
    for (String gone : entry.sources.keySet()) {
      if (!wanted.containsKey(gone)) {
        entry.index.remove(gone);
        sources.remove(gone);
      }
    }
    for (var file : wanted.entrySet()) {
      if (!sources.containsKey(file.getKey())) {
        // What an attempt that broke off has added must not stand there twice.
        entry.index.remove(file.getKey());
        fill(entry.index, file.getKey());
      }
      sources.put(file.getKey(), file.getValue());
    }
    entry.index.refresh();
    entry.sources = Map.copyOf(sources);
    entry.revision = revision;
  }

  private void fill(StoreIndex index, String file) throws IOException {
    int next = 0;
    List<ChunkTable.Kept> page = chunks.from(file, next, PAGE);
    while (!page.isEmpty()) {
      index.add(file, page);
      next = page.getLast().chunk().ordinal() + 1;
      page = chunks.from(file, next, PAGE);
    }
  }

  private static Map<String, StoreIndex.Source> completed(String store) {
    return StoreFile.<StoreFile>list(
            "storeId = ?1 and status = ?2", store, StoreFile.Status.COMPLETED)
        .stream()
        .collect(
            Collectors.toMap(
                StoreFile::id,
                (Function<StoreFile, StoreIndex.Source>)
                    file ->
                        new StoreIndex.Source(file.fileId(), file.filename(), file.attributes())));
  }

  private static void close(Open entry) {
    entry.lock.writeLock().lock();
    try {
      entry.closed = true;
      if (entry.index != null) {
        entry.index.close();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warnf("An index could not be closed: %s", e);
    } finally {
      entry.lock.writeLock().unlock();
    }
  }
}
