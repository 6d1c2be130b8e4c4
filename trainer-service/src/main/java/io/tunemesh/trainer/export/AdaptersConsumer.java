package io.tunemesh.trainer.export;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A model is deleted by its owner: nobody needs its files, and it is exported no more. */
@ApplicationScoped
class AdaptersConsumer {

  private final EventHandler handler;
  private final Exports exports;

  AdaptersConsumer(EventHandler handler, Exports exports) {
    this.handler = handler;
    this.exports = exports;
  }

  @Incoming("adapters")
  @RunOnVirtualThread
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof AdapterRetired retired) {
            exports.adapterDeleted(Scope.of(event).tenant(), retired.adapterId());
          }
        });
  }
}
