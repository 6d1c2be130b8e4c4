package io.tunemesh.trainer.job;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A dataset is built, rejected or deleted: jobs start or fail. */
@ApplicationScoped
class DatasetsConsumer {

  private final EventHandler handler;
  private final Intake intake;

  DatasetsConsumer(EventHandler handler, Intake intake) {
    this.handler = handler;
    this.intake = intake;
  }

  @Incoming("datasets")
  @RunOnVirtualThread
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          switch (event.data()) {
            case DatasetBuilt built -> intake.built(Scope.of(event), built);
            case DatasetRejected rejected -> intake.rejected(Scope.of(event), rejected);
            case DatasetDeleted deleted -> intake.deleted(Scope.of(event), deleted);
            default -> {}
          }
        });
  }
}
