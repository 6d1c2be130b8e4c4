package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.ApplicationScoped;

/** Asks for a dataset of one upload in the current transaction of a test. */
@ApplicationScoped
public class Asking {

  private final Datasets datasets;

  Asking(Datasets datasets) {
    this.datasets = datasets;
  }

  public void ask(String tenant, String id, UploadParsed upload, Plan plan) {
    Scope scope = new Scope(tenant, null);
    datasets.inTurn(tenant);
    KnownUpload.parsed(scope, upload);
    datasets.ask(scope, id, plan);
  }
}
