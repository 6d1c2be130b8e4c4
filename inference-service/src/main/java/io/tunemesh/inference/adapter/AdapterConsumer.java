package io.tunemesh.inference.adapter;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.adapter.AdapterEvent;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes {@code AdapterPublished}: notes the adapter and wakes its check. */
@ApplicationScoped
class AdapterConsumer {

  private final EventHandler handler;
  private final Adapters adapters;
  private final AdapterChecks checks;
  private final Event<AdapterFact> facts;

  AdapterConsumer(
      EventHandler handler, Adapters adapters, AdapterChecks checks, Event<AdapterFact> facts) {
    this.handler = handler;
    this.adapters = adapters;
    this.checks = checks;
    this.facts = facts;
  }

  @Incoming("adapters")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (event.data() instanceof AdapterPublished published) {
            adapters.add(Scope.of(event), published);
          }
          if (event.data() instanceof AdapterRetired retired) {
            adapters.stayRetired(retired.adapterId());
          }
          if (event.data() instanceof AdapterEvent fact) {
            facts.fire(new AdapterFact(Scope.of(event), fact));
          }
        });
    checks.wake();
  }
}
