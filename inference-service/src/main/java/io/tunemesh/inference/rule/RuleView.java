package io.tunemesh.inference.rule;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.contract.plan.RulesSpec.Knowledge;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The rule sets that hold, in memory, so that a question asks no database. A change through this
 * replica holds here when it is answered, and on the others after {@link RulesConfig#lookEvery}.
 */
@Singleton
public class RuleView {

  /** The name of the rules for models that have none of their own. */
  static final String DEFAULT = "default";

  private static final Logger LOG = Logger.getLogger(RuleView.class);

  private record Key(String tenant, String name) {}

  private final RuleSets sets;
  private final Tokens tokens;
  private final Loop loop;
  private final Map<Key, Rules> rules = new ConcurrentHashMap<>();
  private long seen;

  RuleView(RuleSets sets, Tokens tokens, RulesConfig config) {
    this.sets = sets;
    this.tokens = tokens;
    this.loop = new Loop("rule-view", config.lookEvery(), this::refresh);
  }

  /** No question is answered before the rules are there. */
  void start(@Observes StartupEvent event) {
    refresh();
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /** Takes in what was changed. */
  synchronized void refresh() {
    for (RuleSetVersion version : sets.since(seen)) {
      Key key = new Key(version.tenant(), version.name());
      if (version.isDeleted()) {
        rules.remove(key);
      } else {
        rules.put(key, ready(version));
      }
      seen = version.change();
    }
  }

  private Rules ready(RuleSetVersion version) {
    RulesSpec spec = version.spec();
    Rules ready = Rules.of(version.name(), spec, tokens.counter().orElse(null));
    if (ready.fault() != null) {
      LOG.errorf(
          "Rules cannot run, tenant=%s name=%s: %s",
          version.tenant(), version.name(), ready.fault());
    }
    return ready;
  }

  /** The documents whose passages go along with a question; null where there are none. */
  public Knowledge knowledge(String tenant, String asked, String model) {
    Rules found = of(tenant, asked, model);
    return found == null ? null : found.knowledge();
  }

  /**
   * The rules for a question: those of the name that was asked for, or else of the model that
   * answers, or else the tenant's default.
   *
   * @return null where there are none
   */
  Rules of(String tenant, String asked, String model) {
    if (rules.isEmpty()) {
      return null;
    }
    Rules found = rules.get(new Key(tenant, asked));
    found = found != null || asked.equals(model) ? found : rules.get(new Key(tenant, model));
    return found != null ? found : rules.get(new Key(tenant, DEFAULT));
  }
}
