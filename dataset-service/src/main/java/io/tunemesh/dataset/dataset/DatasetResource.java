package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Datasets over HTTP: asked for, listed and looked at. */
@Path("/v1/datasets")
@Produces(MediaType.APPLICATION_JSON)
public class DatasetResource {

  private final Datasets datasets;
  private final Caller caller;

  DatasetResource(Datasets datasets, Caller caller) {
    this.datasets = datasets;
    this.caller = caller;
  }

  /**
   * Asks for a dataset. A run has one dataset, and an {@code Idempotency-Key} one dataset too, so a
   * request that is sent again gets the same.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Transactional
  public Response ask(
      String json,
      @HeaderParam("Idempotency-Key") String key,
      @HeaderParam("traceparent") String traceparent)
      throws InvalidPlan {
    DatasetBody body = DatasetBody.read(json);
    Scope scope = new Scope(caller.tenant(), body.run(), traced(traceparent));
    datasets.inTurn(scope.tenant());
    String id = id(scope, key);
    boolean known = Dataset.findById(id) != null;
    Dataset dataset = datasets.ask(scope, id, body.plan());
    if (known && !dataset.plan().equals(body.plan())) {
      throw Refusal.conflict(
          "dataset_exists",
          "The dataset '%s' was already asked for with another specification; use another %s."
              .formatted(id, body.run() != null && key == null ? "run" : "Idempotency-Key"));
    }
    return Response.status(known ? 200 : 202).entity(DatasetView.of(dataset)).build();
  }

  /** The tenant's datasets, the newest first unless {@code order=asc}. */
  @GET
  @Transactional
  public ListPage<DatasetView> list(
      @QueryParam("after") String after,
      @QueryParam("limit") String limit,
      @QueryParam("order") String order,
      @QueryParam("run") String run) {
    boolean ascending = "asc".equals(order);
    int size = PageSize.of(limit, 20, 1000);
    Map<String, Object> given = new HashMap<>(Map.of("tenant", caller.tenant()));
    String query = "tenant = :tenant";
    if (run != null) {
      query += " and run = :run";
      given.put("run", run);
    }
    if (after != null) {
      Dataset last = find(after);
      query += " and (createdAt, id) " + (ascending ? ">" : "<") + " (:at, :id)";
      given.put("at", last.createdAt);
      given.put("id", last.id);
    }
    String way = ascending ? "asc" : "desc";
    List<Dataset> found =
        Dataset.<Dataset>find(query + " order by createdAt " + way + ", id " + way, given)
            .range(0, size)
            .list();
    return ListPage.of(found.stream().map(DatasetView::of).toList(), size, DatasetView::id);
  }

  /** One dataset: where it is, what it waits for, its counts. */
  @GET
  @Path("{id}")
  @Transactional
  public DatasetView get(@PathParam("id") String id) {
    return DatasetView.of(find(id));
  }

  private Dataset find(String id) {
    return find(id, caller.tenant());
  }

  /** The dataset of that id, if it is the tenant's. */
  static Dataset find(String id, String tenant) {
    return Dataset.ofTenant(id, tenant);
  }

  /** A trace context as W3C writes it, or null. */
  private static String traced(String traceparent) {
    return traceparent != null && traceparent.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
        ? traceparent
        : null;
  }

  private static String id(Scope scope, String key) {
    if (key != null && !key.isBlank()) {
      return Ids.derived("ds-", scope.tenant() + "\nkey\n" + key);
    }
    return scope.run() == null ? Ids.random("ds-") : Datasets.idOfRun(scope.tenant(), scope.run());
  }
}
