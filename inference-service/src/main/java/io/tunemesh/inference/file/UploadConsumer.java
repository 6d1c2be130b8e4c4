package io.tunemesh.inference.file;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes the facts of uploads: remembers where a file's bytes and rows are. */
@ApplicationScoped
class UploadConsumer {

  private final EventHandler handler;
  private final Files files;
  private final UnneededBlobs unneeded;

  UploadConsumer(EventHandler handler, Files files, UnneededBlobs unneeded) {
    this.handler = handler;
    this.files = files;
    this.unneeded = unneeded;
  }

  @Incoming("files")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.each(
        record,
        event -> {
          if (event.data() instanceof UploadEvent fact) {
            files.remember(Scope.of(event), fact);
            files.tidy(fact.fileId());
          }
        });
    unneeded.wake();
  }
}
