package io.tunemesh.dataset.dataset;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.event.Specifications;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Hears clients that ask for datasets by Kafka alone. */
@ApplicationScoped
public class DatasetRequests {

  private final EventHandler handler;
  private final Datasets datasets;

  DatasetRequests(EventHandler handler, Datasets datasets) {
    this.handler = handler;
    this.datasets = datasets;
  }

  @Incoming("dataset-requests")
  @Blocking
  public void on(ConsumerRecord<String, byte[]> record) {
    handler.once(record, event -> take(event, Specifications.mistakes(record)));
  }

  private void take(Envelope<?> envelope, List<Mistake> mistakes) {
    if (envelope.data() instanceof DatasetRequested asked) {
      Scope scope = Scope.of(envelope);
      datasets.inTurn(scope.tenant());
      datasets.requested(scope, asked.datasetId(), asked.plan(), mistakes);
    }
  }
}
