package io.tunemesh.dataset.preview;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetBody;
import io.tunemesh.dataset.dataset.DatasetView;
import io.tunemesh.dataset.dataset.Datasets;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;

/** Datasets are asked for over HTTP. */
@Path("/v1/datasets")
@Produces(MediaType.APPLICATION_JSON)
public class AskResource {

  private final Datasets datasets;
  private final Caller caller;

  AskResource(Datasets datasets, Caller caller) {
    this.datasets = datasets;
    this.caller = caller;
  }

  /**
   * Asks for a dataset. A run has one dataset, and an {@code Idempotency-Key} one dataset too, so a
   * request that is sent again gets the same. What does not fit files that were read is told at
   * once.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Transactional
  public Response ask(String json, @HeaderParam("Idempotency-Key") String key) throws InvalidPlan {
    DatasetBody body = DatasetBody.read(json);
    Scope scope = caller.scope(body.run());
    datasets.inTurn(scope.tenant());
    String id = id(scope, key);
    boolean known = Dataset.findById(id) != null;
    if (!known) {
      Readings.check(body.plan().dataset(), parsed(body));
    }
    Dataset dataset = datasets.ask(scope, id, body.plan());
    String other = body.run() != null && key == null ? "run" : "Idempotency-Key";
    if (dataset.isDeleted()) {
      throw Refusal.invalid(
          "dataset_deleted",
          "The dataset '%s' was deleted; use another %s.".formatted(id, other),
          other);
    }
    if (known && !dataset.plan().equals(body.plan())) {
      throw Refusal.conflict(
          "dataset_exists",
          "The dataset '%s' was already asked for with another specification; use another %s."
              .formatted(id, other));
    }
    return Response.status(known ? 200 : 202).entity(DatasetView.of(dataset)).build();
  }

  /** The files of the sources; null for one that is not read yet, or not any more. */
  private List<UploadParsed> parsed(DatasetBody body) {
    List<UploadParsed> files = new ArrayList<>();
    for (DatasetSpec.Source source : body.plan().dataset().sources()) {
      files.add(
          KnownUpload.named(caller.tenant(), body.run(), source.file())
              .filter(upload -> !upload.isDeleted())
              .map(upload -> upload.fact() instanceof UploadParsed parsed ? parsed : null)
              .orElse(null));
    }
    return files;
  }

  private static String id(Scope scope, String key) {
    if (key != null && !key.isBlank()) {
      return Ids.derived("ds-", scope.tenant() + "\nkey\n" + key);
    }
    return scope.run() == null ? Ids.random("ds-") : Datasets.idOfRun(scope.tenant(), scope.run());
  }
}
