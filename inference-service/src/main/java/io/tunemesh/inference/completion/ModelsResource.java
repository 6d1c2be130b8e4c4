package io.tunemesh.inference.completion;

import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.adapter.AdapterChecks;
import io.tunemesh.inference.adapter.AdapterStatus;
import io.tunemesh.inference.adapter.Adapters;
import io.tunemesh.inference.adapter.Catalog;
import io.tunemesh.inference.adapter.Reconciler;
import io.tunemesh.inference.alias.AliasView;
import io.tunemesh.inference.alias.Aliases;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What answers the caller: the base models, the caller's adapters in service, and its aliases. */
@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {

  /** The engine does not tell when its model was made; OpenAI's object needs a time. */
  private static final Instant BASE_CREATED = Instant.EPOCH;

  private final Adapters adapters;
  private final AdapterChecks checks;
  private final Catalog catalog;
  private final Reconciler reconciler;
  private final Engines engines;
  private final AliasView aliasView;
  private final Aliases aliases;
  private final Caller caller;

  ModelsResource(
      Adapters adapters,
      AdapterChecks checks,
      Catalog catalog,
      Reconciler reconciler,
      Engines engines,
      AliasView aliasView,
      Aliases aliases,
      Caller caller) {
    this.adapters = adapters;
    this.checks = checks;
    this.catalog = catalog;
    this.reconciler = reconciler;
    this.engines = engines;
    this.aliasView = aliasView;
    this.aliases = aliases;
    this.caller = caller;
  }

  @GET
  public ListPage<ModelObject> list() {
    List<ModelObject> models = new ArrayList<>();
    engines.models().forEach(id -> models.add(ModelObject.base(id, BASE_CREATED)));
    adapters.serving(caller.tenant()).stream().map(ModelObject::of).forEach(models::add);
    String tenant = caller.tenant();
    aliasView.of(tenant).stream().map(a -> ModelObject.of(tenant, a)).forEach(models::add);
    return ListPage.of(models, models.size(), ModelObject::id);
  }

  @GET
  @Path("{id:.+}")
  public ModelObject get(@PathParam("id") String id) {
    return engines.isBase(id)
        ? ModelObject.base(id, BASE_CREATED)
        : adapters
            .named(caller.tenant(), id)
            .filter(adapter -> adapter.status() == AdapterStatus.SERVING)
            .map(ModelObject::of)
            .or(
                () ->
                    aliasView
                        .find(caller.tenant(), id)
                        .map(alias -> ModelObject.of(caller.tenant(), alias)))
            .orElseThrow(() -> unknown(id));
  }

  /**
   * Takes the caller's model out of service; from now on it is unknown. One that an alias points to
   * is refused.
   */
  @DELETE
  @Path("{id:.+}")
  public ModelObject.Deleted delete(@PathParam("id") String id) {
    if (engines.isBase(id)) {
      throw new Refusal(
          new Problem(
              403, "base_model", "'" + id + "' is the base model and cannot be deleted.", "id"));
    }
    String tenant = caller.tenant();
    Adapter retired =
        aliases
            .unlessUsed(tenant, id, () -> adapters.retire(tenant, id))
            .orElseThrow(() -> unknown(id));
    catalog.remove(retired.model());
    reconciler.wake();
    return new ModelObject.Deleted(id, "model", true);
  }

  /**
   * Has the caller's model, which was refused, loaded and checked once more: what it was refused
   * for may be mended. What comes of it is told by an event, as at first.
   */
  @POST
  @Path("{id:.+}/check")
  public Response check(@PathParam("id") String id) {
    if (!caller.is("admin")) {
      throw new Refusal(
          new Problem(
              403, "not_allowed", "Only an admin of the tenant has a model checked again.", null));
    }
    Adapter adapter = adapters.checkAgain(caller.tenant(), id).orElseThrow(() -> unknown(id));
    checks.wake();
    return Response.accepted(ModelObject.of(adapter)).build();
  }

  private static Refusal unknown(String id) {
    return new Refusal(Problems.unknownModel(id));
  }
}
