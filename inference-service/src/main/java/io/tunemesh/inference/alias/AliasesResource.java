package io.tunemesh.inference.alias;

import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;

/**
 * Stable names for models that change. Each answer's {@code ETag} is the alias's version; with
 * {@code If-Match} (or a field {@code version}) a change is refused by 412 if another came first.
 */
@Path("/v1/aliases")
@Produces(MediaType.APPLICATION_JSON)
public class AliasesResource {

  private final Aliases aliases;
  private final AliasView view;
  private final Caller caller;

  AliasesResource(Aliases aliases, AliasView view, Caller caller) {
    this.aliases = aliases;
    this.view = view;
    this.caller = caller;
  }

  @GET
  public ListPage<AliasObject> list() {
    List<AliasObject> all = aliases.list(caller.tenant());
    return ListPage.of(all, all.size(), AliasObject::name);
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") String name) {
    return answer(aliases.get(caller.tenant(), name).orElseThrow(() -> Aliases.unknown(name)));
  }

  /** Makes the alias or replaces all that it says. */
  @PUT
  @Path("{name}")
  public Response put(
      @PathParam("name") String name,
      @HeaderParam("If-Match") String match,
      @HeaderParam("If-None-Match") String none,
      AliasBody body) {
    AliasBody given = given(body);
    Pointing pointing = Pointing.of(given.pointsTo(), given.shadow());
    String expected = "*".equals(none) ? "0" : match;
    return change(expected, given, change -> aliases.put(name, pointing, change));
  }

  @DELETE
  @Path("{name}")
  public Deleted delete(@PathParam("name") String name, @HeaderParam("If-Match") String match) {
    change(match, null, change -> aliases.delete(name, change));
    return new Deleted(name, "alias", true);
  }

  /** {@code {"model"}} gets all questions from now on. */
  @POST
  @Path("{name}/promote")
  public Response promote(
      @PathParam("name") String name, @HeaderParam("If-Match") String match, AliasBody body) {
    String model = model(given(body));
    known(name);
    return change(match, body, change -> aliases.promote(name, model, change));
  }

  /** {@code {"targets": [{"model", "weight"}]}} share the questions. */
  @POST
  @Path("{name}/split")
  public Response split(
      @PathParam("name") String name, @HeaderParam("If-Match") String match, AliasBody body) {
    return change(match, body, change -> aliases.split(name, given(body).targets(), change));
  }

  /** {@code {"model", "share"}} is asked as well; a share of 0 ends it. */
  @POST
  @Path("{name}/shadow")
  public Response shadow(
      @PathParam("name") String name, @HeaderParam("If-Match") String match, AliasBody body) {
    AliasBody given = given(body);
    boolean over = given.share() != null && given.share() == 0;
    AliasShadow shadow = over ? null : new AliasShadow(model(given), given.share());
    return change(match, body, change -> aliases.shadow(name, shadow, change));
  }

  /** Back to the state before the last change. */
  @POST
  @Path("{name}/rollback")
  public Response rollback(
      @PathParam("name") String name, @HeaderParam("If-Match") String match, AliasBody body) {
    return change(match, body, change -> aliases.rollback(name, change));
  }

  private Response change(String match, AliasBody body, Function<Change, AliasObject> change) {
    AliasObject changed =
        change.apply(new Change(caller.scope(null), caller.name(), version(match, body), null));
    view.refresh();
    return answer(changed);
  }

  private void known(String name) {
    aliases.get(caller.tenant(), name).orElseThrow(() -> Aliases.unknown(name));
  }

  private static Integer version(String match, AliasBody body) {
    if (match == null || match.equals("*")) {
      return body == null ? null : body.version();
    }
    String number = match.replaceAll("^(W/)?\"(.*)\"$", "$2");
    if (!number.matches("\\d{1,9}")) {
      throw Refusal.invalid(
          "invalid_version", "If-Match must be the ETag of an alias, as \"3\".", "If-Match");
    }
    return Integer.valueOf(number);
  }

  private static AliasBody given(AliasBody body) {
    if (body == null) {
      throw Refusal.invalid("missing_body", "The request needs a JSON body.", null);
    }
    return body;
  }

  private static String model(AliasBody body) {
    if (body.model() == null || body.model().isBlank()) {
      throw Refusal.invalid(
          "missing_required_parameter", "The field 'model' must name a model.", "model");
    }
    return body.model();
  }

  private static Response answer(AliasObject alias) {
    return Response.ok(alias).tag(String.valueOf(alias.version())).build();
  }

  /** OpenAI's answer to a deletion. */
  public record Deleted(String id, String object, boolean deleted) {}
}
