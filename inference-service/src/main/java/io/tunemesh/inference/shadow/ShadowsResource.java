package io.tunemesh.inference.shadow;

import io.tunemesh.inference.alias.AliasView;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** The answers of an alias's shadow beside those that were given, the newest first. */
@Path("/v1/aliases/{name}/shadows")
@Produces(MediaType.APPLICATION_JSON)
public class ShadowsResource {

  private final ShadowAnswers answers;
  private final AliasView aliases;
  private final Caller caller;

  ShadowsResource(ShadowAnswers answers, AliasView aliases, Caller caller) {
    this.answers = answers;
    this.aliases = aliases;
    this.caller = caller;
  }

  @GET
  public ListPage<Compared> list(@PathParam("name") String name) {
    String id =
        aliases
            .find(caller.tenant(), name)
            .map(AliasView.Pointer::id)
            .orElseThrow(() -> Refusal.notFound("alias", name));
    List<Compared> all = answers.of(id);
    return ListPage.of(all, all.size(), Compared::turn);
  }
}
