package io.tunemesh.inference.rule;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.plan.RulesSpec.Knowledge;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** Takes in what was changed; of a set that was changed several times, the last alone. */
  synchronized void refresh() {
    List<RuleSetVersion> changes = sets.since(seen);
    Map<Key, RuleSetVersion> last = new LinkedHashMap<>();
    changes.forEach(version -> last.put(new Key(version.tenant(), version.name()), version));
    last.forEach(this::take);
    seen = changes.isEmpty() ? seen : changes.getLast().change();
  }

  private void take(Key key, RuleSetVersion version) {
    if (version.isDeleted()) {
      rules.remove(key);
      return;
    }
    Rules ready = ready(version);
    if (ready.fault() != null) {
      LOG.errorf("Rules cannot run, tenant=%s name=%s: %s", key.tenant, key.name, ready.fault());
    }
    rules.put(key, ready);
  }

  private Rules ready(RuleSetVersion version) {
    try {
      return Rules.of(version.name(), version.spec(), tokens.counter().orElse(null));
    } catch (Throwable e) {
      // Whatever it is, it must not keep the rules of all others from being taken in.
      LOG.errorf(e, "Rules cannot be read, tenant=%s name=%s", version.tenant(), version.name());
      return Rules.unusable(version.name(), "they cannot be read; put them anew");
    }
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
