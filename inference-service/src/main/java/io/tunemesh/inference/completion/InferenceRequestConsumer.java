package io.tunemesh.inference.completion;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes {@code InferenceRequested}: notes the request and wakes the workers. */
@ApplicationScoped
class InferenceRequestConsumer {

  private final EventHandler handler;
  private final InferenceRequests requests;
  private final RequestWorkers workers;

  InferenceRequestConsumer(
      EventHandler handler, InferenceRequests requests, RequestWorkers workers) {
    this.handler = handler;
    this.requests = requests;
    this.workers = workers;
  }

  @Incoming("inference-requests")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof InferenceRequested requested) {
            requests.add(Scope.of(event), requested);
          }
        });
    workers.wake();
  }
}
