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
  private static final int WARM_ROUNDS = 8;
  private static final double PROBE_S = 3;
  private static final double QUEUED_MS = 10;
  private static final int WARM_STREAMS = 4;
  private static final double WARMER = 1.05;
  private static final double SECONDS = 10;
  private static final int ASKERS = 32;
  private static final int STREAMS = 500;
  private static final int FRAMES = 40;

  /** More than can be asked, so that all is counted and nothing refused. */
  private static final String[] QUOTAS = {
    "tunemesh.quota.tenant.requests-per-minute=100000000",
    "tunemesh.quota.tenant.tokens-per-minute=100000000000"
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
        cost(engine, ours, peers.proxy(engine));
      }
      try (GatewayPeers peers = new GatewayPeers(home)) {
        litellm(peers, engine, ours);
      }
      takeover(ground);
    }
  }

  private void cost(GatewayEngine engine, String ours, String floor) throws Exception {
    try (GatewayLoad direct = new GatewayLoad(engine.url(), GatewayGround.KEY);
        GatewayLoad proxy = new GatewayLoad(floor, GatewayGround.KEY);
        GatewayLoad gateway = new GatewayLoad(ours, GatewayGround.KEY)) {
      for (GatewayLoad load : List.of(direct, proxy, gateway)) {
        warm(load);
      }
      GatewayLoad.Outcome most = sound(gateway.closed(ASKERS, SECONDS));
      GatewayLoad.Outcome mostOfFloor = sound(proxy.closed(ASKERS, SECONDS));
      more("requests", "1/s", most.perSecond(), "Vert.x proxy", mostOfFloor.perSecond(), null);

      double half = saturation(gateway, most.perSecond()) / 2;
      GatewayLoad.Outcome bare = sound(direct.open(half, SECONDS));
      GatewayLoad.Outcome thin = sound(proxy.open(half, SECONDS));
      GatewayLoad.Outcome full = sound(gateway.open(half, SECONDS));
      for (double p : List.of(0.5, 0.99)) {
        double added = full.percentile(p) - bare.percentile(p);
        double theirs = thin.percentile(p) - bare.percentile(p);
        less(
            "added p%.0f at half of saturation".formatted(p * 100),
            "ms",
            added,
            "Vert.x proxy",
            theirs,
            p == 0.5 ? 0.3 : 3.0);
      }
      GatewayLoad.Outcome alone = sound(gateway.closed(1, SECONDS / 2));
      GatewayLoad.Outcome bareAlone = sound(direct.closed(1, SECONDS / 2));
      GatewayLoad.Outcome thinAlone = sound(proxy.closed(1, SECONDS / 2));
      less(
          "added p50 with one asker",
          "ms",
          alone.percentile(0.5) - bareAlone.percentile(0.5),
          "Vert.x proxy",
          thinAlone.percentile(0.5) - bareAlone.percentile(0.5),
          null);
      streams(direct, gateway);
    }
  }

  /**
   * The highest rate of arrivals, in steps of a tenth, at which the queue does not grow: one by one
   * they cost more than the answers that askers wait for together.
   */
  private static double saturation(GatewayLoad load, double most) throws InterruptedException {
    double rate = most;
    while (sound(load.open(rate, PROBE_S)).percentile(0.5) > QUEUED_MS) {
      rate *= 0.9;
    }
    more("arrivals", "1/s", rate, null, null, null);
    return rate;
  }

  /** Asks until it gets no faster, as a service is that has run for a while. */
  private static void warm(GatewayLoad load) throws InterruptedException {
    double before = 0;
    for (int i = 0; i < WARM_ROUNDS; i++) {
      double now = sound(load.closed(ASKERS, WARM_S)).perSecond();
      if (now < before * WARMER) {
        return;
      }
      before = now;
    }
  }

  private static void streams(GatewayLoad direct, GatewayLoad gateway) throws Exception {
    for (int i = 0; i < WARM_STREAMS; i++) {
      gateway.streams(STREAMS, FRAMES);
    }
    GatewayLoad.Streams bare = direct.streams(STREAMS, FRAMES);
    GatewayLoad.Streams through = gateway.streams(STREAMS, FRAMES);
    less(
        "first frame p50, added",
        "ms",
        at(through.first(), 0.5) - at(bare.first(), 0.5),
        null,
        null,
        null);
    less(
        "late frames p99, added, 500 streams",
        "ms",
        at(through.late(), 0.99) - at(bare.late(), 0.99),
        null,
        null,
        5.0);
    less(
        "lost frames, 500 streams",
        "frames",
        (double) STREAMS * FRAMES - through.frames() + through.failures(),
        null,
        null,
        0.0);
  }

  private static void litellm(GatewayPeers peers, GatewayEngine engine, String ours)
      throws Exception {
    String url = peers.litellm(engine);
    if (url == null) {
      System.err.println("LiteLLM is not measured: make a venv .mesh/litellm with litellm[proxy].");
      return;
    }
    try (GatewayLoad theirs = new GatewayLoad(url, "none");
        GatewayLoad gateway = new GatewayLoad(ours, GatewayGround.KEY)) {
      theirs.closed(8, WARM_S);
      GatewayLoad.Outcome them = sound(theirs.closed(8, SECONDS));
      GatewayLoad.Outcome us = sound(gateway.closed(8, SECONDS));
      more("requests, 8 askers", "1/s", us.perSecond(), "LiteLLM", them.perSecond(), null);
      less("p50, 8 askers", "ms", us.percentile(0.5), "LiteLLM", them.percentile(0.5), null);
      less("p99, 8 askers", "ms", us.percentile(0.99), "LiteLLM", them.percentile(0.99), null);
      more("times LiteLLM's requests", "times", us.perSecond() / them.perSecond(), null, null, 5.0);
    }
  }

  /** From the kill of the engine that alone has an adapter to the adapter's next answer. */
  private void takeover(GatewayGround ground) throws Exception {
    List<GatewayEngine> engines =
        List.of(new GatewayEngine(0), new GatewayEngine(0), new GatewayEngine(0));
    String url = ground.service(engines);
    String model = ground.adapters("takeover", 1).getFirst();
    GatewayEngine home =
        engines.stream().filter(engine -> engine.has(model)).findFirst().orElseThrow();
    try (GatewayLoad load = new GatewayLoad(url, GatewayGround.KEY)) {
      for (int i = 0; i < 200; i++) {
        load.answers(model);
      }
      int failures = 0;
      long killed = System.nanoTime();
      home.close();
      while (!load.answers(model)) {
        failures++;
      }
      less("takeover", "s", (System.nanoTime() - killed) / 1e9, null, null, 2.0);
      for (int i = 0; i < 500; i++) {
        failures += load.answers(model) ? 0 : 1;
      }
      less("requests failed by the takeover", "requests", failures, null, null, 0.0);
    } finally {
      engines.forEach(GatewayEngine::close);
    }
  }

  private static GatewayLoad.Outcome sound(GatewayLoad.Outcome outcome) {
    if (outcome.failures() > 0) {
      throw new Fault(outcome.failures() + " requests of the benchmark failed.");
    }
    return outcome;
  }

  private static double at(List<Double> sorted, double p) {
    return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(p * sorted.size()) - 1));
  }

  private static void less(
      String figure, String unit, double ours, String peer, Double theirs, Double goal) {
    Figure.less("gateway", figure, unit, ours, peer, theirs, goal).print();
  }

  private static void more(
      String figure, String unit, double ours, String peer, Double theirs, Double goal) {
    Figure.more("gateway", figure, unit, ours, peer, theirs, goal).print();
  }
}
