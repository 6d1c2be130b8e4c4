package io.tunemesh.local.bench;

import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import java.util.List;

/**
 * What the gateway costs with key, quotas, routing, metrics and rules on, in front of an engine
 * that costs nothing, beside Vert.x's own proxy and, where {@code .mesh/litellm} has it, LiteLLM's;
 * and how soon another engine takes over. Load, gateway and engine share the machine.
 */
final class GatewayBench {

  private static final double WARM_S = 5;
  private static final double SECONDS = 10;

  /** More than can be asked, so that all is counted and nothing refused or kept waiting. */
  private static final String[] QUOTAS = {
    "tunemesh.quota.tenant.requests-per-minute=100000000",
    "tunemesh.quota.tenant.tokens-per-minute=100000000000",
    "tunemesh.quota.slots=1024"
  };

  private static final String RULES =
      """
      {"before": {"collapse_spaces": true, "forbidden": {"words": ["password", "passphrase"]}},
       "after": {"forbidden": {"words": ["password", "passphrase"], "action": "mask"}}}
      """;

  private final Home home;

  GatewayBench(Home home) {
    this.home = home;
  }

  void run() throws Exception {
    try (GatewayGround ground = new GatewayGround(home);
        GatewayEngine engine = new GatewayEngine(0)) {
      String ours = ground.service(List.of(engine), QUOTAS);
      ground.rules(GatewayEngine.MODEL, RULES);
      try (GatewayPeers peers = new GatewayPeers(home)) {
        new GatewayCost(engine, ours).run(peers.proxy(engine));
      }
      try (GatewayPeers peers = new GatewayPeers(home)) {
        litellm(peers, engine, ours);
      }
      new GatewayTakeover(ground).run();
    }
  }

  private static void litellm(GatewayPeers peers, GatewayEngine engine, String ours)
      throws Exception {
    GatewayLoad.Outcome them;
    try {
      them = ofLitellm(peers.litellm(engine));
    } catch (Fault e) {
      System.err.println("LiteLLM is not measured: " + e.getMessage());
      return;
    }
    try (GatewayLoad gateway = new GatewayLoad(ours, GatewayGround.KEY)) {
      GatewayLoad.Outcome us = sound(gateway.closed(8, SECONDS));
      more("requests, 8 askers", "1/s", us.perSecond(), "LiteLLM", them.perSecond(), null);
      less("p50, 8 askers", "ms", us.percentile(0.5), "LiteLLM", them.percentile(0.5), null);
      less("p99, 8 askers", "ms", us.percentile(0.99), "LiteLLM", them.percentile(0.99), null);
      more("times LiteLLM's requests", "times", us.perSecond() / them.perSecond(), null, null, 5.0);
    }
  }

  private static GatewayLoad.Outcome ofLitellm(String url) throws Exception {
    if (url == null) {
      throw new Fault("make a venv .mesh/litellm with litellm[proxy].");
    }
    try (GatewayLoad load = new GatewayLoad(url, "none")) {
      load.closed(8, WARM_S);
      return sound(load.closed(8, SECONDS));
    }
  }

  /** An outcome of which nothing failed. */
  static GatewayLoad.Outcome sound(GatewayLoad.Outcome outcome) {
    if (outcome.failures() > 0) {
      throw new Fault(outcome.failures() + " requests of the benchmark failed.");
    }
    return outcome;
  }

  static void less(
      String figure, String unit, double ours, String peer, Double theirs, Double goal) {
    Figure.less("gateway", figure, unit, ours, peer, theirs, goal).print();
  }

  static void more(
      String figure, String unit, double ours, String peer, Double theirs, Double goal) {
    Figure.more("gateway", figure, unit, ours, peer, theirs, goal).print();
  }
}
