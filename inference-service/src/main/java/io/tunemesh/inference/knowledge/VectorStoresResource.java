package io.tunemesh.inference.knowledge;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Body;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** OpenAI's vector stores. */
@Path("/v1/vector_stores")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class VectorStoresResource {

  private static final int LARGEST = 1 << 20;

  private final VectorStores stores;
  private final Retrieval retrieval;
  private final DocumentWorker worker;
  private final Caller caller;

  VectorStoresResource(
      VectorStores stores, Retrieval retrieval, DocumentWorker worker, Caller caller) {
    this.stores = stores;
    this.retrieval = retrieval;
    this.worker = worker;
    this.caller = caller;
  }

  @POST
  public StoreView create(InputStream body) throws InvalidPlan, IOException {
    StoreView made = stores.create(caller.tenant(), StoreWish.read(Body.text(body, LARGEST), true));
    worker.wake();
    return made;
  }

  @GET
  public ListPage<StoreView> list(@BeanParam Paging paging) {
    return paging.page(stores.page(caller.tenant(), paging), StoreView::id);
  }

  @GET
  @Path("{id}")
  public StoreView get(@PathParam("id") String id) {
    return stores.get(caller.tenant(), id);
  }

  @POST
  @Path("{id}")
  public StoreView change(@PathParam("id") String id, InputStream body)
      throws InvalidPlan, IOException {
    return stores.change(caller.tenant(), id, StoreWish.read(Body.text(body, LARGEST), false));
  }

  @DELETE
  @Path("{id}")
  public StoreView.Deleted delete(@PathParam("id") String id) {
    stores.delete(caller.tenant(), id);
    return new StoreView.Deleted(id, "vector_store.deleted", true);
  }

  @POST
  @Path("{id}/search")
  public Results<Results.Result> search(@PathParam("id") String id, InputStream body)
      throws InvalidPlan, IOException, InterruptedException {
    SearchWish wish = SearchWish.read(Body.text(body, LARGEST));
    return Results.of(wish.queries(), retrieval.find(caller.tenant(), List.of(id), wish.search()));
  }
}
