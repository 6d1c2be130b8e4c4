package io.tunemesh.inference.rule;

import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.contract.plan.RulesSpec.Knowledge;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A rule set ready to run.
 *
 * @param before null where it does nothing to questions
 * @param after null where it does nothing to answers
 * @param knowledge null where it has none
 * @param fault why it cannot run here; null where it can
 */
record Rules(String name, BeforeRules before, AfterRules after, Knowledge knowledge, String fault) {

  /** Makes {@code spec} ready, which has no mistakes but what this service cannot do. */
  static Rules of(String name, RulesSpec spec, ToIntFunction<String> tokens) {
    List<Mistake> mistakes = RuleMistakes.in(spec, tokens != null);
    if (!mistakes.isEmpty()) {
      return unusable(name, mistakes.getFirst().toString());
    }
    return new Rules(
        name,
        spec.before() == null ? null : new BeforeRules(spec.before(), tokens),
        spec.after() == null ? null : new AfterRules(spec.after()),
        spec.knowledge(),
        null);
  }

  /** Rules that are there and cannot run. */
  static Rules unusable(String name, String fault) {
    return new Rules(name, null, null, null, fault);
  }

  /** Refuses where they cannot run: an answer without its rules is not given. */
  void check() {
    if (fault != null) {
      throw new Refusal(
          new Problem(
              503,
              "rules_unusable",
              "The rules of '%s' cannot run in this service: %s".formatted(name, fault),
              null));
    }
  }
}
