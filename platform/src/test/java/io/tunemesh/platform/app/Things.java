package io.tunemesh.platform.app;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** A resource as services have them. */
@Path("/v1/things")
@Produces(MediaType.APPLICATION_JSON)
public class Things {

  @Inject Caller caller;

  @GET
  public ListPage<String> list() {
    return ListPage.of(List.of(caller.tenant(), "b", "c"), 2, id -> id);
  }

  @GET
  @Path("{id}")
  public String one(@PathParam("id") String id) {
    if (id.equals("broken")) {
      throw new IllegalStateException("secret internal detail");
    }
    throw Refusal.notFound("thing", id);
  }

  @POST
  public Plan plan(String body) throws InvalidPlan {
    return Plans.plan(body);
  }
}
