package io.tunemesh.local.bench;

import static io.tunemesh.local.bench.GatewayBench.less;
import static io.tunemesh.local.bench.GatewayBench.more;
import static io.tunemesh.local.bench.GatewayBench.sound;

import io.tunemesh.local.bench.GatewayLoad.Outcome;
import io.tunemesh.local.bench.GatewayLoad.Streams;
import java.util.ArrayList;
import java.util.List;

/** What the gateway adds to an engine's answers and streams, beside a proxy that only passes on. */
final class GatewayCost {

  private static final double WARM_S = 5;
  private static final int WARM_ROUNDS = 6;
  private static final double WARM_ARRIVALS_S = 30;
  private static final double PROBE_S = 3;
  private static final double QUEUED_MS = 10;
  private static final int WARM_STREAMS = 4;
  private static final double SECONDS = 10;
  private static final int TURNS = 5;
  private static final double TURN_S = 6;
  private static final double BEFORE_TURN_S = 3;
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

      atHalf(direct, proxy, gateway, most.perSecond(), mostOfFloor.perSecond());
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
      streams(direct, proxy, gateway);
    }
  }

  private static void atHalf(
      GatewayLoad direct, GatewayLoad proxy, GatewayLoad gateway, double most, double mostOfFloor)
      throws InterruptedException {
    double half = saturation("arrivals", gateway, most) / 2;
    double halfOfFloor = saturation("arrivals, Vert.x proxy", proxy, mostOfFloor) / 2;
    sound(gateway.open(half, WARM_ARRIVALS_S));
    sound(proxy.open(halfOfFloor, WARM_ARRIVALS_S));
    List<List<Outcome>> turns =
        inTurns(
            List.of(
                new Arrivals(direct, half),
                new Arrivals(proxy, half),
                new Arrivals(gateway, half),
                new Arrivals(direct, halfOfFloor),
                new Arrivals(proxy, halfOfFloor)));
    for (double p : List.of(0.5, 0.99)) {
      String figure = "added p%.0f at half of saturation".formatted(p * 100);
      double added = added(p, turns, 2, 0);
      less(figure, "ms", added, "Vert.x proxy", added(p, turns, 1, 0), p == 0.5 ? 0.3 : 3.0);
      less(figure, "ms", added, "Vert.x proxy at half of its own", added(p, turns, 4, 3), null);
    }
    less(
        "added p99, the middle one of %d turns".formatted(TURNS),
        "ms",
        ofTurn(0.99, turns, 2, 0),
        "Vert.x proxy",
        ofTurn(0.99, turns, 1, 0),
        null);
  }

  private static double added(double p, List<List<Outcome>> turns, int to, int from) {
    return Percentile.of(p, times(turns, to)) - Percentile.of(p, times(turns, from));
  }

  private static List<Double> times(List<List<Outcome>> turns, int of) {
    return turns.stream().flatMap(turn -> turn.get(of).times().stream()).toList();
  }

  private static double ofTurn(double p, List<List<Outcome>> turns, int to, int from) {
    return Percentile.of(
        0.5,
        turns.stream()
            .map(turn -> turn.get(to).percentile(p) - turn.get(from).percentile(p))
            .toList());
  }

  /**
   * The highest rate of arrivals, in steps of a tenth, at which the queue does not grow: one by one
   * they cost more than the answers that askers wait for together.
   */
  private static double saturation(String figure, GatewayLoad load, double most)
      throws InterruptedException {
    double rate = most;
    while (sound(load.open(rate, PROBE_S)).percentile(0.5) > QUEUED_MS) {
      rate *= 0.9;
    }
    more(figure, "1/s", rate, null, null, null);
    return rate;
  }

  /**
   * Asks as long as a service is asked that has run for a while, by askers and by arrivals: its
   * compiler has the same cores, and when one follows the other much is compiled anew. Not until it
   * gets no faster: the compiler makes it slower before it makes it faster.
   */
  private static void warm(GatewayLoad load) throws InterruptedException {
    double most = 0;
    for (int i = 0; i < WARM_ROUNDS; i++) {
      most = sound(load.closed(ASKERS, WARM_S)).perSecond();
    }
    sound(load.open(most / 4, WARM_ARRIVALS_S));
  }

  /** Questions to one of those measured, so many a second. */
  private record Arrivals(GatewayLoad load, double rate) {

    /** What was not asked for a while is so again, before it counts. */
    Outcome take() throws InterruptedException {
      sound(load.open(rate, BEFORE_TURN_S));
      return sound(load.open(rate, TURN_S));
    }
  }

  /** Each in each turn, so that what else the machine does meets all. */
  private static List<List<Outcome>> inTurns(List<Arrivals> those) throws InterruptedException {
    List<List<Outcome>> turns = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      List<Outcome> outcomes = new ArrayList<>();
      for (Arrivals each : those) {
        outcomes.add(each.take());
      }
      turns.add(outcomes);
    }
    return turns;
  }

  private static void streams(GatewayLoad direct, GatewayLoad proxy, GatewayLoad gateway)
      throws InterruptedException {
    for (int i = 0; i < WARM_STREAMS; i++) {
      proxy.streams(STREAMS, FRAMES);
      gateway.streams(STREAMS, FRAMES);
    }
    Streams bare = Streams.NONE;
    Streams thin = Streams.NONE;
    Streams through = Streams.NONE;
    for (int turn = 0; turn < TURNS; turn++) {
      bare = bare.and(direct.streams(STREAMS, FRAMES));
      thin = thin.and(proxy.streams(STREAMS, FRAMES));
      through = through.and(gateway.streams(STREAMS, FRAMES));
    }
    less(
        "first frame p50, added",
        "ms",
        Percentile.of(0.5, through.first()) - Percentile.of(0.5, bare.first()),
        "Vert.x proxy",
        Percentile.of(0.5, thin.first()) - Percentile.of(0.5, bare.first()),
        null);
    less(
        "late frames p99, added, 500 streams",
        "ms",
        Percentile.of(0.99, through.late()) - Percentile.of(0.99, bare.late()),
        "Vert.x proxy",
        Percentile.of(0.99, thin.late()) - Percentile.of(0.99, bare.late()),
        5.0);
    less(
        "lost frames, 500 streams",
        "frames",
        (double) TURNS * STREAMS * FRAMES - through.frames() + through.failures(),
        null,
        null,
        0.0);
  }
}
