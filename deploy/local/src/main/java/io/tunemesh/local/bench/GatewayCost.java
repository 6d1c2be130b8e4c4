package io.tunemesh.local.bench;

import static io.tunemesh.local.bench.GatewayBench.less;
import static io.tunemesh.local.bench.GatewayBench.more;
import static io.tunemesh.local.bench.GatewayBench.sound;

import io.tunemesh.local.bench.GatewayLoad.Outcome;
import io.tunemesh.local.bench.GatewayLoad.Streams;
import java.util.List;

/** What the gateway adds to an engine's answers and streams, beside a proxy that only passes on. */
final class GatewayCost {

  private static final double WARM_S = 5;
  private static final int WARM_ROUNDS = 16;
  private static final double PROBE_S = 3;
  private static final double QUEUED_MS = 10;
  private static final int WARM_STREAMS = 4;
  private static final double WARMER = 1.05;
  private static final double SECONDS = 10;
  private static final int ASKERS = 32;
  private static final int STREAMS = 500;
  private static final int FRAMES = 40;

  private final GatewayEngine engine;
  private final String ours;

  /** The cost of the gateway at {@code ours} in front of {@code engine}. */
  GatewayCost(GatewayEngine engine, String ours) {
    this.engine = engine;
    this.ours = ours;
  }

  /** Measures it beside the proxy at {@code floor}. */
  void run(String floor) throws InterruptedException {
    try (GatewayLoad direct = new GatewayLoad(engine.url(), GatewayGround.KEY);
        GatewayLoad proxy = new GatewayLoad(floor, GatewayGround.KEY);
        GatewayLoad gateway = new GatewayLoad(ours, GatewayGround.KEY)) {
      for (GatewayLoad load : List.of(direct, proxy, gateway)) {
        warm(load);
      }
      Outcome most = sound(gateway.closed(ASKERS, SECONDS));
      Outcome mostOfFloor = sound(proxy.closed(ASKERS, SECONDS));
      more("requests", "1/s", most.perSecond(), "Vert.x proxy", mostOfFloor.perSecond(), null);

      double half = saturation(gateway, most.perSecond()) / 2;
      Outcome bare = sound(direct.open(half, SECONDS));
      Outcome thin = sound(proxy.open(half, SECONDS));
      Outcome full = sound(gateway.open(half, SECONDS));
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
      Outcome alone = sound(gateway.closed(1, SECONDS / 2));
      Outcome bareAlone = sound(direct.closed(1, SECONDS / 2));
      Outcome thinAlone = sound(proxy.closed(1, SECONDS / 2));
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

  /**
   * Asks until it gets no faster, twice in a row, as a service is that has run for a while: the
   * compiler, which has the same cores, makes it faster in steps.
   */
  private static void warm(GatewayLoad load) throws InterruptedException {
    double best = 0;
    int inVain = 0;
    for (int i = 0; i < WARM_ROUNDS && inVain < 2; i++) {
      double now = sound(load.closed(ASKERS, WARM_S)).perSecond();
      inVain = now < best * WARMER ? inVain + 1 : 0;
      best = Math.max(best, now);
    }
  }

  private static void streams(GatewayLoad direct, GatewayLoad gateway) throws InterruptedException {
    for (int i = 0; i < WARM_STREAMS; i++) {
      gateway.streams(STREAMS, FRAMES);
    }
    Streams bare = direct.streams(STREAMS, FRAMES);
    Streams through = gateway.streams(STREAMS, FRAMES);
    less(
        "first frame p50, added",
        "ms",
        Percentile.of(0.5, through.first()) - Percentile.of(0.5, bare.first()),
        null,
        null,
        null);
    less(
        "late frames p99, added, 500 streams",
        "ms",
        Percentile.of(0.99, through.late()) - Percentile.of(0.99, bare.late()),
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
}
