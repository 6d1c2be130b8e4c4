package io.tunemesh.local.bench;

import java.util.List;

/** From the kill of the engine that alone has an adapter to the adapter's next answer. */
final class GatewayTakeover {

  private final GatewayGround ground;

  GatewayTakeover(GatewayGround ground) {
    this.ground = ground;
  }

  void run() throws Exception {
    List<GatewayEngine> engines =
        List.of(new GatewayEngine(0), new GatewayEngine(0), new GatewayEngine(0));
    String url = ground.service(engines);
    String model = ground.adapters("takeover", 1).getFirst();
    GatewayEngine home =
        engines.stream().filter(engine -> engine.has(model)).findFirst().orElseThrow();
    try (GatewayClient client = new GatewayClient(url, GatewayGround.KEY)) {
      for (int i = 0; i < 200; i++) {
        client.answers(model);
      }
      int failures = 0;
      long killed = System.nanoTime();
      home.close();
      while (!client.answers(model)) {
        failures++;
      }
      GatewayBench.less("takeover", "s", (System.nanoTime() - killed) / 1e9, null, null, 2.0);
      for (int i = 0; i < 500; i++) {
        failures += client.answers(model) ? 0 : 1;
      }
      GatewayBench.less("requests failed by the takeover", "requests", failures, null, null, 0.0);
    } finally {
      engines.forEach(GatewayEngine::close);
    }
  }
}
