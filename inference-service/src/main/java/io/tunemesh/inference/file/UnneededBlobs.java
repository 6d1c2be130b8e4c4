package io.tunemesh.inference.file;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Removes blobs that nobody needs from a time on. What cannot be removed stays noted and is tried
 * again; any number of replicas may do so at once.
 */
@ApplicationScoped
class UnneededBlobs {

  private static final Duration EVERY = Duration.ofMinutes(1);

  private final EntityManager database;
  private final BlobStore blobs;
  private final Loop loop = new Loop("unneeded-blobs", EVERY, this::remove);

  UnneededBlobs(EntityManager database, BlobStore blobs) {
    this.database = database;
    this.blobs = blobs;
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /** Removes what is due as soon as possible. */
  void wake() {
    loop.wake();
  }

  /** Lets the blob be removed after {@code time}, if it is not {@link #keep kept} until then. */
  @Transactional(Transactional.TxType.MANDATORY)
  void add(String key, Duration time) {
    database
        .createNativeQuery(
            "INSERT INTO unneeded_blob VALUES (:key, now() + make_interval(secs => :seconds))"
                + " ON CONFLICT (blob_key) DO UPDATE SET due_at = excluded.due_at")
        .setParameter("key", key)
        .setParameter("seconds", (double) time.toSeconds())
        .executeUpdate();
  }

  /** The blob is needed after all, or gone. */
  @Transactional(Transactional.TxType.MANDATORY)
  void keep(String key) {
    database
        .createNativeQuery("DELETE FROM unneeded_blob WHERE blob_key = :key")
        .setParameter("key", key)
        .executeUpdate();
  }

  /**
   * Goes on after one that cannot be removed.
   *
   * @throws UncheckedIOException for the first of those, at the end
   */
  void remove() {
    UncheckedIOException failed = null;
    for (String key : QuarkusTransaction.requiringNew().call(this::due)) {
      try {
        blobs.delete(key);
        QuarkusTransaction.requiringNew().run(() -> keep(key));
      } catch (IOException e) {
        failed = failed == null ? new UncheckedIOException(e) : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** Not always the same first, lest those that cannot be removed keep the others from it. */
  @SuppressWarnings("unchecked")
  List<String> due() {
    return database
        .createNativeQuery(
            "SELECT blob_key FROM unneeded_blob WHERE due_at <= now() ORDER BY random() LIMIT 100",
            String.class)
        .getResultList();
  }
}
