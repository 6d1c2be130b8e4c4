package io.tunemesh.inference.completion;

import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.adapter.AdapterStatus;
import io.tunemesh.inference.adapter.Adapters;
import io.tunemesh.inference.adapter.LiveAdapters;
import io.tunemesh.inference.adapter.Reconciler;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The models that answer the caller: the base model and the caller's adapters in service. */
@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {

  /** The engine does not tell when its model was made; OpenAI's object needs a time. */
  private static final Instant BASE_CREATED = Instant.EPOCH;

  private final Adapters adapters;
  private final LiveAdapters live;
  private final Reconciler reconciler;
  private final EngineConfig engine;
  private final Caller caller;

  ModelsResource(
      Adapters adapters,
      LiveAdapters live,
      Reconciler reconciler,
      EngineConfig engine,
      Caller caller) {
    this.adapters = adapters;
    this.live = live;
    this.reconciler = reconciler;
    this.engine = engine;
    this.caller = caller;
  }

  @GET
  public ListPage<ModelObject> list() {
    List<ModelObject> models = new ArrayList<>();
    models.add(ModelObject.base(engine.model(), BASE_CREATED));
    adapters.serving(caller.tenant()).stream().map(ModelObject::of).forEach(models::add);
    return ListPage.of(models, models.size(), ModelObject::id);
  }

  @GET
  @Path("{id:.+}")
  public ModelObject get(@PathParam("id") String id) {
    return id.equals(engine.model())
        ? ModelObject.base(id, BASE_CREATED)
        : adapters
            .named(caller.tenant(), id)
            .filter(adapter -> adapter.status() == AdapterStatus.SERVING)
            .map(ModelObject::of)
            .orElseThrow(() -> unknown(id));
  }

  /** Takes the caller's model out of service; from now on it is unknown. */
  @DELETE
  @Path("{id:.+}")
  public ModelObject.Deleted delete(@PathParam("id") String id) {
    if (id.equals(engine.model())) {
      throw new Refusal(
          new Problem(
              403, "base_model", "'" + id + "' is the base model and cannot be deleted.", "id"));
    }
    Adapter retired = adapters.retire(caller.tenant(), id).orElseThrow(() -> unknown(id));
    live.lost(retired.model());
    reconciler.wake();
    return new ModelObject.Deleted(id, "model", true);
  }

  private static Refusal unknown(String id) {
    return new Refusal(
        new Problem(
            404,
            "model_not_found",
            "The model '%s' does not exist, or you have no access to it.".formatted(id),
            "model"));
  }
}
