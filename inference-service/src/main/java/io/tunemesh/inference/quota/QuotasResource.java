package io.tunemesh.inference.quota;

import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * Limits of tenants and keys. An {@code operator} sets those of any tenant, an {@code admin} those
 * of the keys of its own, since a tenant must not raise its own; others only read their own.
 */
@Path("/v1/quotas")
@Produces(MediaType.APPLICATION_JSON)
public class QuotasResource {

  private static final String OPERATOR = "operator";
  private static final String ADMIN = "admin";

  private final Quotas quotas;
  private final QuotaView view;
  private final Caller caller;

  QuotasResource(Quotas quotas, QuotaView view, Caller caller) {
    this.quotas = quotas;
    this.view = view;
    this.caller = caller;
  }

  /** The caller's tenant, or all that were set for an operator who asks for {@code ?tenant=*}. */
  @GET
  public ListPage<QuotaObject> list(@QueryParam("tenant") String tenant) {
    if (tenant != null && !tenant.equals(caller.tenant())) {
      require(caller.is(OPERATOR), "Only an operator sees the quotas of other tenants.");
    }
    List<QuotaObject> all =
        "*".equals(tenant) ? quotas.all() : quotas.of(tenant == null ? caller.tenant() : tenant);
    return ListPage.of(all, all.size(), QuotaObject::tenant);
  }

  @PUT
  @Path("{tenant}")
  public QuotaObject put(@PathParam("tenant") String tenant, QuotaBody body) {
    require(caller.is(OPERATOR), "Only an operator sets the quota of a tenant.");
    return set(tenant, Quota.TENANT, body);
  }

  @DELETE
  @Path("{tenant}")
  public QuotaObject delete(@PathParam("tenant") String tenant) {
    require(caller.is(OPERATOR), "Only an operator sets the quota of a tenant.");
    return forget(tenant, Quota.TENANT);
  }

  @PUT
  @Path("{tenant}/keys/{key}")
  public QuotaObject putKey(
      @PathParam("tenant") String tenant, @PathParam("key") String key, QuotaBody body) {
    requireAdmin(tenant);
    return set(tenant, key, body);
  }

  @DELETE
  @Path("{tenant}/keys/{key}")
  public QuotaObject deleteKey(@PathParam("tenant") String tenant, @PathParam("key") String key) {
    requireAdmin(tenant);
    return forget(tenant, key);
  }

  private QuotaObject set(String tenant, String key, QuotaBody body) {
    if (body == null) {
      throw Refusal.invalid("missing_body", "The request needs a JSON body.", null);
    }
    QuotaObject set = quotas.put(tenant, key, body.limits(), body.version());
    view.refresh();
    return set;
  }

  private QuotaObject forget(String tenant, String key) {
    QuotaObject left = quotas.delete(tenant, key);
    view.refresh();
    return left;
  }

  private void requireAdmin(String tenant) {
    require(
        caller.is(OPERATOR) || caller.is(ADMIN) && caller.tenant().equals(tenant),
        "Only an admin of the tenant, or an operator, sets the quotas of its keys.");
  }

  private static void require(boolean allowed, String otherwise) {
    if (!allowed) {
      throw new Refusal(new Problem(403, "not_allowed", otherwise, null));
    }
  }

  /**
   * What a request may set; what it leaves out has no limit of its own.
   *
   * @param version that the quota must have now; null for any
   */
  public record QuotaBody(
      Long requestsPerMinute,
      Long tokensPerMinute,
      Integer concurrency,
      Integer weight,
      String priority,
      String highestPriority,
      Integer version) {

    Limits limits() {
      return new Limits(
          requestsPerMinute,
          tokensPerMinute,
          concurrency,
          weight,
          Priority.named(priority),
          Priority.named(highestPriority));
    }
  }
}
