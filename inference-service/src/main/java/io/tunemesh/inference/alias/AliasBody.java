package io.tunemesh.inference.alias;

import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import java.util.List;

/**
 * What the requests about aliases may say.
 *
 * @param model short for one target
 * @param share of a shadow
 * @param version the same as the header {@code If-Match}
 */
public record AliasBody(
    String model, Double share, List<AliasTarget> targets, AliasShadow shadow, Integer version) {

  List<AliasTarget> pointsTo() {
    return targets == null && model != null ? Pointing.to(model).targets() : targets;
  }
}
