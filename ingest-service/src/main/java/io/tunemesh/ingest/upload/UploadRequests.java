package io.tunemesh.ingest.upload;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.platform.blob.BlobKeys;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.event.Specifications;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Takes {@link UploadRequested}. The row is all that is made here; a worker copies the bytes. What
 * a client may name lies below {@code incoming/{its tenant}/}, since everything else in the store
 * is another's.
 */
@ApplicationScoped
class UploadRequests {

  private static final int MAX_SHOWN = 512;

  private final EventHandler handler;
  private final Uploads uploads;

  UploadRequests(EventHandler handler, Uploads uploads) {
    this.handler = handler;
    this.uploads = uploads;
  }

  @Incoming("upload-requests")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof UploadRequested request) {
            take(event, request, Specifications.mistakes(record));
          }
        });
  }

  private void take(Envelope<?> event, UploadRequested request, List<Mistake> known) {
    NewUpload asked =
        new NewUpload(
            Ids.derived("file-", event.key()),
            Scope.of(event),
            request.filename(),
            request.purpose() == null ? NewUpload.FINE_TUNE : request.purpose(),
            request.recipe(),
            request.plan());
    List<Mistake> mistakes = new ArrayList<>(known);
    try {
      Plans.check(request);
    } catch (InvalidPlan e) {
      mistakes.addAll(e.mistakes());
    }
    if (!mistakes.isEmpty()) {
      String reason = new InvalidPlan(mistakes).getMessage();
      refuse(without(asked), "invalid_specification", reason, mistakes.getFirst().field());
      return;
    }
    try {
      NewUpload checked = asked.checked();
      requireAllowed(request.blob().key(), event.tenant());
      uploads.request(checked, request.blob());
    } catch (InvalidPlan e) {
      refuse(without(asked), "invalid_specification", e.getMessage(), "recipe");
    } catch (Refusal e) {
      refuse(asked, e.problem().code(), e.problem().detail(), e.problem().param());
    }
  }

  private void refuse(NewUpload asked, String code, String reason, String field) {
    NewUpload kept =
        new NewUpload(
            asked.id(),
            asked.scope(),
            shown(asked.filename()),
            shown(asked.purpose()),
            asked.recipe(),
            asked.plan());
    uploads.refuse(kept, code, reason, new Where(kept.filename(), null, null, null, field));
  }

  /** A recipe or a plan that is none must not ride on. */
  private static NewUpload without(NewUpload asked) {
    return new NewUpload(asked.id(), asked.scope(), asked.filename(), asked.purpose(), null, null);
  }

  private static void requireAllowed(String key, String tenant) {
    String folder = "incoming/" + tenant + "/";
    if (!key.startsWith(folder) || !BlobKeys.isKey(key)) {
      throw Refusal.invalid(
          "blob_not_allowed",
          ("The blob's key must start with '%s' and have only letters, digits and . _ - /, at most 512"
                  + " of them and 255 between two slashes; put the file there.")
              .formatted(folder),
          "blob.key");
    }
  }

  /** A text that can be stored and shown, of one that is refused. */
  private static String shown(String text) {
    return Shown.cut(text == null ? "" : text.replaceAll("\\p{Cc}", "\ufffd"), MAX_SHOWN);
  }
}
