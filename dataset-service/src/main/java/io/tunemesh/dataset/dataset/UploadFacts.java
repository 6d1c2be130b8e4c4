package io.tunemesh.dataset.dataset;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Hears what became of uploads: datasets that wait for them go on, and plans begin. */
@ApplicationScoped
public class UploadFacts {

  private final EventHandler handler;
  private final Datasets datasets;
  private final Awaiting awaiting;

  UploadFacts(EventHandler handler, Datasets datasets, Awaiting awaiting) {
    this.handler = handler;
    this.datasets = datasets;
    this.awaiting = awaiting;
  }

  @Incoming("uploads")
  @Blocking
  public void on(ConsumerRecord<String, byte[]> record) {
    handler.once(record, this::take);
  }

  private void take(Envelope<?> envelope) {
    Scope scope = Scope.of(envelope);
    datasets.inTurn(scope.tenant());
    switch (envelope.data()) {
      case UploadReceived fact -> {
        KnownUpload.received(scope, fact);
        if (fact.plan() != null) {
          datasets.announced(scope, fact.fileId(), fact.recipe(), fact.plan());
        }
      }
      case UploadParsed fact -> {
        KnownUpload.parsed(scope, fact).ifPresent(awaiting::tell);
        plan(scope, fact, fact.recipe(), fact.plan());
      }
      case UploadRejected fact -> {
        KnownUpload.rejected(scope, fact).ifPresent(awaiting::tell);
        plan(scope, fact, fact.recipe(), fact.plan());
      }
      case UploadDeleted fact -> KnownUpload.deleted(fact).ifPresent(awaiting::lost);
      default -> {}
    }
  }

  private void plan(Scope scope, UploadEvent fact, String recipe, Plan plan) {
    if (plan != null) {
      datasets.planned(scope, fact.fileId(), recipe, plan);
    }
  }
}
