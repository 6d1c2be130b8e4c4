package io.tunemesh.inference.completion;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.inference.request.OtherRequest;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Takes what is asked for by event: notes an {@code InferenceRequested} and wakes the workers;
 * other requests are noted by the features that they belong to, in the same transaction.
 */
@ApplicationScoped
class InferenceRequestConsumer {

  private final EventHandler handler;
  private final InferenceRequests requests;
  private final RequestWorkers workers;
  private final Event<OtherRequest> others;

  InferenceRequestConsumer(
      EventHandler handler,
      InferenceRequests requests,
      RequestWorkers workers,
      Event<OtherRequest> others) {
    this.handler = handler;
    this.requests = requests;
    this.workers = workers;
    this.others = others;
  }

  @Incoming("inference-requests")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof InferenceRequested requested) {
            requests.add(Scope.of(event), requested);
          } else {
            others.fire(new OtherRequest(event));
          }
        });
    workers.wake();
  }
}
