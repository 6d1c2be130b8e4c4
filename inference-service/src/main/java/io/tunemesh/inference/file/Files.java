package io.tunemesh.inference.file;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Optional;

/**
 * The files of ingest-service: those that its events told of, and those that are handed to it. The
 * owner of a file is ingest-service alone; what is made here becomes its file by an event.
 */
@ApplicationScoped
public class Files {

  /** What OpenAI calls a file that a batch has written. */
  public static final String BATCH_OUTPUT = "batch_output";

  /** Longer than any blob is on its way to be handed over. */
  private static final Duration ON_THE_WAY = Duration.ofDays(1);

  private final Outbox outbox;
  private final UnneededBlobs unneeded;
  private final Event<FileTold> told;
  private final Event<FileGone> gone;

  Files(Outbox outbox, UnneededBlobs unneeded, Event<FileTold> told, Event<FileGone> gone) {
    this.outbox = outbox;
    this.unneeded = unneeded;
    this.told = told;
    this.gone = gone;
  }

  /** Remembers what a fact tells; forgets a file that was deleted. */
  @Transactional(Transactional.TxType.MANDATORY)
  void remember(Scope scope, UploadEvent fact) {
    if (fact instanceof UploadDeleted) {
      KnownFile.delete("id = ?1 and tenant = ?2", fact.fileId(), scope.tenant());
      gone.fire(new FileGone(scope.tenant(), fact.fileId()));
      return;
    }
    KnownFile file = KnownFile.after(KnownFile.findById(fact.fileId()), scope, fact);
    file.persist();
    told.fire(new FileTold(file.id()));
  }

  /** The tenant's file of that id, if its arrival was told yet. */
  @Transactional
  public Optional<KnownFile> find(String tenant, String id) {
    return KnownFile.<KnownFile>findByIdOptional(id).filter(file -> file.tenant().equals(tenant));
  }

  /** What ingest-service made of the tenant's file; empty until that is told. */
  @Transactional
  public Optional<UploadEvent> fact(String tenant, String id) {
    return find(tenant, id).flatMap(KnownFile::fact);
  }

  /** Where a tenant's bytes must lie to be handed over. */
  public static String key(String tenant, String name) {
    return "incoming/" + tenant + "/" + name;
  }

  /**
   * To be called before a blob is put whose name nobody would know after a crash: it is removed
   * unless it is handed over within a day. Commits at once, also within a transaction.
   */
  public void expect(String key) {
    QuarkusTransaction.requiringNew().run(() -> unneeded.add(key, ON_THE_WAY));
  }

  /**
   * Hands a blob over, in the current transaction. Handing the same over again is one file. The
   * blob is removed once ingest-service has told of the file.
   *
   * @param name of the handing over, unique for ever; the same name gives the same file
   * @param recipe how its rows become examples; may be null
   * @param blob below {@link #key}
   * @return the id that the file will have
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public String handOver(
      Scope scope, String name, String filename, String purpose, String recipe, BlobRef blob) {
    String event =
        outbox.publish(
            scope, name, new UploadRequested(name, filename, purpose, blob, recipe, null));
    String id = Ids.derived("file-", event);
    if (HandedOver.findById(id) == null) {
      HandedOver.of(id, blob.key()).persist();
    }
    unneeded.keep(blob.key());
    return id;
  }

  /**
   * Lets the blob of a file that was handed over be removed. Ingest-service has told of the file,
   * and needs the blob no more: it has its bytes, or has refused them, or has deleted them.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void tidy(String fileId) {
    HandedOver handed = HandedOver.findById(fileId);
    if (handed != null) {
      unneeded.add(handed.key, Duration.ZERO);
      handed.delete();
    }
  }
}
