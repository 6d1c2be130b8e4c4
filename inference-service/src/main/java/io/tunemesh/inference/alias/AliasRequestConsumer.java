package io.tunemesh.inference.alias;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes {@code AliasRequested}: changes the alias or says why not. */
@ApplicationScoped
class AliasRequestConsumer {

  private final EventHandler handler;
  private final AliasRequests requests;

  AliasRequestConsumer(EventHandler handler, AliasRequests requests) {
    this.handler = handler;
    this.requests = requests;
  }

  @Incoming("alias-requests")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof AliasRequested requested) {
            requests.follow(Scope.of(event), requested);
          }
        });
  }
}
