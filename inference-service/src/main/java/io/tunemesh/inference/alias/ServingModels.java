package io.tunemesh.inference.alias;

import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.adapter.AdapterStatus;
import io.tunemesh.inference.adapter.Adapters;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which models an alias may point to, and which names it may have. */
@ApplicationScoped
class ServingModels {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private final Adapters adapters;
  private final Engines engines;

  ServingModels(Adapters adapters, Engines engines) {
    this.adapters = adapters;
    this.engines = engines;
  }

  /**
   * @throws Refusal 409 that tells why {@code model} does not serve the tenant
   */
  void requireServing(String tenant, String model) {
    if (engines.isBase(model)) {
      return;
    }
    Optional<Adapter> adapter = adapters.named(tenant, model);
    if (adapter.map(Adapter::status).filter(AdapterStatus.SERVING::equals).isPresent()) {
      return;
    }
    String why = adapter.map(ServingModels::why).orElse("you have no model of that name");
    throw new Refusal(
        new Problem(
            409,
            "model_not_serving",
            "The model '%s' does not serve: %s.".formatted(model, why),
            "model"));
  }

  /**
   * @throws Refusal 400 if {@code name} is no name for an alias, 409 if a model has it
   */
  void requireFree(String tenant, String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw Refusal.invalid(
          "invalid_alias",
          "An alias's name has 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit.",
          "name");
    }
    if (engines.isBase(name)
        || adapters.named(tenant, name).filter(a -> a.status().isActive()).isPresent()) {
      throw Refusal.conflict("name_taken", "A model has the name '%s'.".formatted(name));
    }
  }

  private static String why(Adapter adapter) {
    return switch (adapter.status()) {
      case PUBLISHED, LOADING ->
          adapter.wanted()
              ? "it is being loaded and checked; try again in a moment"
              : "it was published without being served, as its plan asked";
      case REFUSED -> "it was refused: " + adapter.reason();
      case RETIRED -> "it was deleted";
      case SERVING -> throw new IllegalArgumentException("it serves");
    };
  }
}
