package io.tunemesh.inference.alias;

import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.platform.http.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where an alias points.
 *
 * @param targets at least one has a weight above 0
 * @param shadow null for none
 */
record Pointing(List<AliasTarget> targets, AliasShadow shadow) {

  private static final int MOST_TARGETS = 16;
  private static final int MOST_WEIGHT = 1_000_000;

  static Pointing to(String model) {
    return new Pointing(List.of(new AliasTarget(model, 1)), null);
  }

  /**
   * Checked, with every weight filled in.
   *
   * @throws Refusal 400 if the targets or the shadow make no sense
   */
  static Pointing of(List<AliasTarget> targets, AliasShadow shadow) {
    if (targets == null || targets.isEmpty() || targets.size() > MOST_TARGETS) {
      throw invalid("targets must be a list of 1 to %d models.".formatted(MOST_TARGETS), "targets");
    }
    Set<String> seen = new HashSet<>();
    for (AliasTarget target : targets) {
      if (target == null || target.model() == null || target.model().isBlank()) {
        throw invalid("Each target needs a model.", "targets");
      }
      if (!seen.add(target.model())) {
        throw invalid("The target '%s' comes twice.".formatted(target.model()), "targets");
      }
      if (target.weight() != null && (target.weight() < 0 || target.weight() > MOST_WEIGHT)) {
        throw invalid("A weight must be from 0 to %d.".formatted(MOST_WEIGHT), "targets");
      }
    }
    if (shadow != null) {
      if (shadow.model() == null || shadow.model().isBlank()) {
        throw invalid("The shadow needs a model.", "shadow");
      }
      if (shadow.share() == null || !(shadow.share() >= 0 && shadow.share() <= 1)) {
        throw invalid("The shadow's share must be from 0 to 1.", "share");
      }
    }
    List<AliasTarget> weighed =
        targets.stream()
            .map(t -> new AliasTarget(t.model(), t.weight() == null ? 1 : t.weight()))
            .toList();
    if (weighed.stream().allMatch(t -> t.weight() == 0)) {
      throw invalid("At least one target must have a weight above 0.", "targets");
    }
    return new Pointing(weighed, shadow);
  }

  /** All that must serve. */
  List<String> models() {
    return Stream.concat(
            targets.stream().map(AliasTarget::model),
            Stream.ofNullable(shadow).map(AliasShadow::model))
        .distinct()
        .sorted()
        .toList();
  }

  private static Refusal invalid(String detail, String param) {
    return Refusal.invalid("invalid_alias", detail, param);
  }
}
