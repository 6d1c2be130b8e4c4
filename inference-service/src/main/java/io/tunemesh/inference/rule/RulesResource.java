package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.inference.text.Body;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The rules of the caller's models and aliases. */
@Path("/v1/rules")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class RulesResource {

  private static final int LARGEST = 4 << 20;
  private static final Set<String> RESERVED = Set.of("try", "schema");

  private final RuleSets sets;
  private final RuleView view;
  private final Tokens tokens;
  private final Caller caller;

  RulesResource(RuleSets sets, RuleView view, Tokens tokens, Caller caller) {
    this.sets = sets;
    this.view = view;
    this.tokens = tokens;
    this.caller = caller;
  }

  @GET
  public ListPage<RuleSetView> list() {
    List<RuleSetView> all = sets.all(caller.tenant()).stream().map(RuleSetView::of).toList();
    return ListPage.of(all, all.size(), RuleSetView::name);
  }

  /** The JSON Schema of a rule set. */
  @GET
  @Path("schema")
  public String schema() throws IOException {
    try (InputStream in = Plans.class.getResourceAsStream("/schemas/RulesSpec.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @GET
  @Path("{name:.+}")
  public RuleSetView get(@PathParam("name") String name, @QueryParam("version") Integer version) {
    return (version == null
            ? sets.get(caller.tenant(), name)
            : sets.get(caller.tenant(), name, version))
        .map(RuleSetView::of)
        .orElseThrow(() -> unknown(name));
  }

  /**
   * Replaces the rules of a model, of an alias, or of all that have none, which is {@code default}.
   *
   * @param version the version that is to be replaced; 0 where there must be none
   */
  @PUT
  @Path("{name:.+}")
  public RuleSetView put(
      @PathParam("name") String name, @QueryParam("version") Integer version, InputStream body)
      throws InvalidPlan, IOException {
    if (RESERVED.contains(name) || name.length() > 256) {
      throw Refusal.invalid(
          "invalid_name",
          "Rules cannot have the name '%s': %s."
              .formatted(
                  name.length() > 256 ? name.substring(0, 40) + "…" : name,
                  name.length() > 256 ? "256 characters are the most" : "it is a path of its own"),
          "name");
    }
    RulesSpec spec = read(Body.text(body, LARGEST));
    RuleSetVersion made = sets.put(caller.tenant(), name, spec, version);
    view.refresh();
    return RuleSetView.of(made);
  }

  @DELETE
  @Path("{name:.+}")
  public RuleSetView.Deleted delete(@PathParam("name") String name) {
    if (!sets.delete(caller.tenant(), name)) {
      throw unknown(name);
    }
    view.refresh();
    return new RuleSetView.Deleted(name, "rule_set", true);
  }

  /** Shows what rules would do to a text, without a model. Nothing is kept. */
  @POST
  @Path("try")
  public JsonNode attempt(InputStream body) throws InvalidPlan, IOException {
    Trial trial = Trial.read(Body.text(body, LARGEST));
    RulesSpec spec =
        trial.rules() != null
            ? read(trial.rules())
            : sets.get(caller.tenant(), trial.name())
                .orElseThrow(() -> unknown(trial.name()))
                .spec();
    return trial.with(Rules.of(trial.name(), spec, tokens.counter().orElse(null)));
  }

  private RulesSpec read(String json) throws InvalidPlan {
    RulesSpec spec = Plans.read(json, RulesSpec.class);
    List<Mistake> mistakes = RuleMistakes.in(spec, tokens.counter().isPresent());
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
    return spec;
  }

  private static Refusal unknown(String name) {
    return Refusal.notFound("rule set", name);
  }
}
