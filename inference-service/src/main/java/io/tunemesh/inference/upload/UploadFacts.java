package io.tunemesh.inference.upload;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.event.EventHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Hears what became of uploads: {@code UploadReceived}, {@code UploadParsed, UploadRejected}. */
@ApplicationScoped
class UploadFacts {

  private final EventHandler handler;
  private final Event<Uploads.Told> told;

  UploadFacts(EventHandler handler, Event<Uploads.Told> told) {
    this.handler = handler;
    this.told = told;
  }

  @Incoming("known-uploads")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.each(record, this::take);
  }

  private void take(Envelope<?> event) {
    String tenant = event.tenant();
    boolean fresh =
        switch (event.data()) {
          case UploadReceived fact ->
              KnownUpload.tell(tenant, fact, fact.filename(), KnownUpload.Status.RECEIVED);
          case UploadParsed fact ->
              KnownUpload.tell(tenant, fact, fact.filename(), KnownUpload.Status.PARSED);
          case UploadRejected fact ->
              KnownUpload.tell(tenant, fact, fact.filename(), KnownUpload.Status.REJECTED);
          default -> false;
        };
    if (fresh) {
      told.fire(new Uploads.Told(event.data().subject()));
    }
  }
}
