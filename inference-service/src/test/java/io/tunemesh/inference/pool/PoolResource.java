package io.tunemesh.inference.pool;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.parts.Scratch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pool of four engines: two that take LoRA alone, one that takes DoRA too, each with room for
 * three adapters; and a {@link WireEngine}.
 */
public class PoolResource implements QuarkusTestResourceLifecycleManager {

  public static final int ROOM = 3;

  private static List<StubEngine> stubs;
  private static WireEngine wire;
  private Scratch adapters;

  /** The two that take LoRA alone, then the other. */
  public static List<StubEngine> stubs() {
    return stubs;
  }

  /** The first of them that has the adapter. */
  static StubEngine holder(AdapterPublished published) {
    return stubs.stream().filter(e -> e.holds(published.model())).findFirst().orElseThrow();
  }

  static WireEngine wire() {
    return wire;
  }

  @Override
  public Map<String, String> start() {
    stubs = Stream.generate(StubEngine::new).limit(3).toList();
    stubs.forEach(StubEngine::start);
    wire = new WireEngine();
    wire.start();
    Map<String, String> config = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      config.put("tunemesh.engines[" + i + "].url", stubs.get(i).url());
      config.put("tunemesh.engines[" + i + "].model", StubEngine.BASE);
      config.put("tunemesh.engines[" + i + "].max-loras", "2");
      config.put("tunemesh.engines[" + i + "].max-cpu-loras", String.valueOf(ROOM));
      config.put("tunemesh.engines[" + i + "].kinds", i < 2 ? "lora" : "lora,dora");
    }
    config.put("tunemesh.engines[3].url", wire.url() + "/");
    config.put("tunemesh.engines[3].model", WireEngine.BASE);
    adapters = Scratch.named("tunemesh-adapters");
    config.put("tunemesh.engine.adapters", adapters.folder().toString());
    config.put("tunemesh.engine.answer-timeout", "20s");
    config.put("tunemesh.adapters.compare-every", "200ms");
    config.put("tunemesh.adapters.patience", "60s");
    config.put("tunemesh.adapters.longest-pause", "500ms");
    config.put("tunemesh.pool.requests-per-copy", "5");
    // The settings of the stub engine hold here too, where nothing else is said.
    config.put("tunemesh.completions.patience", "60s");
    config.put("tunemesh.pool.pause.well", "30s");
    // The engines here share their cores with the service.
    config.put("tunemesh.engine.connect-timeout", "10s");
    config.put("tunemesh.engine.list-timeout", "10s");
    // No test waits so long for what is to be given up before.
    config.put("tunemesh.engine.load-timeout", "10m");
    config.put("tunemesh.pool.suspect-after", "3s");
    config.put("tunemesh.pool.pause.silent", "3s");
    config.put("tunemesh.pool.breaker.pause", "2s");
    // Whatever the engines are made to do here, no circuit opens.
    config.put("tunemesh.pool.breaker.answers", "100000");
    config.put("tunemesh.pool.hedge.not-before", "20ms");
    return config;
  }

  @Override
  public void stop() {
    stubs.forEach(StubEngine::die);
    wire.stop();
    adapters.close();
  }
}
