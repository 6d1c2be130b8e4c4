package io.tunemesh.local.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many requests find their adapter loaded when more are in service than fit, with a popularity
 * as 1/rank; beside the best that any choice of what to unload could do, which knows the future
 * (Belady, 1966).
 */
final class GatewayAdapters {

  private static final int ADAPTERS = 1000;
  private static final int BEFORE = 3000;
  private static final int REQUESTS = 12000;
  private static final int AT_ONCE = 8;

  private final GatewayGround ground;

  GatewayAdapters(GatewayGround ground) {
    this.ground = ground;
  }

  void run() throws Exception {
    List<String> models = null;
    for (Setup setup : List.of(new Setup(4, 16, 64, 95.0), new Setup(3, 64, ADAPTERS, null))) {
      List<GatewayEngine> engines =
          Stream.generate(() -> new GatewayEngine(0)).limit(setup.engines).toList();
      String[] settings =
          IntStream.range(0, setup.engines)
              .mapToObj(i -> "tunemesh.engines[" + i + "].max-cpu-loras=" + setup.slots)
              .toArray(String[]::new);
      try {
        String url = ground.service(engines, settings);
        models = models == null ? ground.adapters("many", ADAPTERS) : models;
        measure(setup, url, models, engines);
      } finally {
        engines.forEach(GatewayEngine::close);
      }
    }
  }

  private void measure(Setup setup, String url, List<String> models, List<GatewayEngine> engines)
      throws Exception {
    int[] asked = questions(setup.active);
    try (GatewayClient client = new GatewayClient(url, GatewayGround.KEY)) {
      ask(client, models, asked, 0, BEFORE);
      long before = engines.stream().mapToLong(GatewayEngine::loads).sum();
      int failures = ask(client, models, asked, BEFORE, asked.length);
      long loads = engines.stream().mapToLong(GatewayEngine::loads).sum() - before;
      int best = best(asked, setup.engines * setup.slots);
      String what = setup.name();
      Figure.more(
              "adapters",
              "requests that found their adapter loaded, " + what,
              "%",
              100.0 * (REQUESTS - loads) / REQUESTS,
              "best possible",
              100.0 * (REQUESTS - best) / REQUESTS,
              setup.goal)
          .print();
      Figure.less(
              "adapters",
              "loads per 1000 requests, " + what,
              "loads",
              1000.0 * loads / REQUESTS,
              "best possible",
              1000.0 * best / REQUESTS,
              null)
          .print();
      Figure.less("adapters", "failed requests, " + what, "requests", failures, null, null, 0.0)
          .print();
    }
  }

  private static int ask(GatewayClient client, List<String> models, int[] asked, int from, int to)
      throws InterruptedException {
    Semaphore room = new Semaphore(AT_ONCE);
    AtomicInteger failures = new AtomicInteger();
    for (int i = from; i < to; i++) {
      room.acquire();
      client
          .ask(models.get(asked[i]))
          .onComplete(
              status -> {
                if (status.failed() || status.result() != 200) {
                  failures.incrementAndGet();
                }
                room.release();
              });
    }
    room.acquire(AT_ONCE);
    return failures.get();
  }

  /** The same questions in every run; the popular ones lie all over the list. */
  private static int[] questions(int active) {
    double[] sums = new double[active];
    for (int i = 0; i < active; i++) {
      sums[i] = (i == 0 ? 0 : sums[i - 1]) + 1.0 / (i + 1);
    }
    Random random = new Random(7);
    List<Integer> order = new ArrayList<>(IntStream.range(0, ADAPTERS).boxed().toList());
    Collections.shuffle(order, random);
    int[] asked = new int[BEFORE + REQUESTS];
    for (int i = 0; i < asked.length; i++) {
      double at = random.nextDouble() * sums[active - 1];
      int rank = Arrays.binarySearch(sums, at);
      asked[i] = order.get(Math.min(active - 1, rank < 0 ? -rank - 1 : rank));
    }
    return asked;
  }

  /** The loads after the first questions, if what is asked for last were unloaded each time. */
  private static int best(int[] asked, int slots) {
    int[] next = new int[asked.length];
    Map<Integer, Integer> seen = new HashMap<>();
    for (int i = asked.length - 1; i >= 0; i--) {
      next[i] = seen.getOrDefault(asked[i], asked.length + i);
      seen.put(asked[i], i);
    }
    Set<Integer> held = new HashSet<>();
    TreeMap<Integer, Integer> byNext = new TreeMap<>();
    int loads = 0;
    for (int i = 0; i < asked.length; i++) {
      byNext.remove(i);
      if (held.add(asked[i])) {
        loads += i >= BEFORE ? 1 : 0;
        if (held.size() > slots) {
          held.remove(byNext.pollLastEntry().getValue());
        }
      }
      byNext.put(next[i], asked[i]);
    }
    return loads;
  }

  private record Setup(int engines, int slots, int active, Double goal) {

    String name() {
      return "%d of %d adapters asked for, %d engines of %d"
          .formatted(active, ADAPTERS, engines, slots);
    }
  }
}
