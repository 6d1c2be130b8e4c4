package io.tunemesh.dataset.dataset;

import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.identity.Caller;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Datasets over HTTP: listed, looked at and deleted. */
@Path("/v1/datasets")
@Produces(MediaType.APPLICATION_JSON)
public class DatasetResource {

  private final Datasets datasets;
  private final Caller caller;

  DatasetResource(Datasets datasets, Caller caller) {
    this.datasets = datasets;
    this.caller = caller;
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
    String query = "tenant = :tenant and standing.status <> DELETED";
    if (run != null) {
      query += " and run = :run";
      given.put("run", run);
    }
    if (after != null) {
      Dataset last = Dataset.onceOfTenant(after, caller.tenant());
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

  @DELETE
  @Path("{id}")
  public Deleted delete(@PathParam("id") String id) {
    datasets.delete(caller.tenant(), id);
    return new Deleted(id, "dataset", true);
  }

  /** The answer to a deletion. */
  public record Deleted(String id, String object, boolean deleted) {}

  private Dataset find(String id) {
    return find(id, caller.tenant());
  }

  /** The dataset of that id, if it is the tenant's. */
  static Dataset find(String id, String tenant) {
    return Dataset.ofTenant(id, tenant);
  }
}
