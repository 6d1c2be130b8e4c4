package io.tunemesh.dataset.augment;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Hears the answers of served models; those that others asked for are passed over. */
@ApplicationScoped
public class CompletionFacts {

  private final EventHandler handler;
  private final Generations generations;

  CompletionFacts(EventHandler handler, Generations generations) {
    this.handler = handler;
    this.generations = generations;
  }

  @Incoming("completions")
  @Blocking
  public void on(ConsumerRecord<String, byte[]> record) {
    if (Generations.isOurs(record.key())) {
      handler.once(record, this::take);
    }
  }

  private void take(Envelope<?> envelope) {
    switch (envelope.data()) {
      case InferenceCompleted done ->
          generations.answered(Scope.of(envelope), done.requestId(), Answer.of(done.response()));
      case InferenceFailed failed ->
          generations.answered(
              Scope.of(envelope), failed.requestId(), Answer.failed(failed.code()));
      default -> {}
    }
  }
}
