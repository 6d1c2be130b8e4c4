package io.tunemesh.trainer.job;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.event.Specifications;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Somebody who speaks only Kafka asks for a job. */
@ApplicationScoped
class TrainingRequestsConsumer {

  private final EventHandler handler;
  private final Intake intake;

  TrainingRequestsConsumer(EventHandler handler, Intake intake) {
    this.handler = handler;
    this.intake = intake;
  }

  @Incoming("training-requests")
  @RunOnVirtualThread
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof TrainingRequested request) {
            intake.requested(
                event.key(), Scope.of(event), request, Specifications.mistakes(record));
          }
        });
  }
}
