package io.tunemesh.inference.engine;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pools without a service around them; nobody asks their engines. */
public final class Pools {

  public static final String MODEL = "base";

  private Pools() {}

  /** The settings as the service would read them. */
  public static SmallRyeConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("tunemesh.engine.url", "http://127.0.0.1:8000");
    all.putIfAbsent("tunemesh.engine.model", MODEL);
    all.putIfAbsent("tunemesh.engine.adapters", "adapters");
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(all, "test", 100))
        .withConverter(Duration.class, 200, new DurationConverter())
        .withMapping(EngineConfig.class)
        .withMapping(EnginesConfig.class)
        .withMapping(DiscoveryConfig.class)
        .withMapping(PoolConfig.class)
        .build();
  }

  /** The engines that those settings make. */
  public static Engines engines(Map<String, String> settings) {
    return replica(null, config(settings));
  }

  /** The engines of another replica with the settings of this one. */
  public static Engines replica(EngineClient client, SmallRyeConfig config) {
    return new Engines(
        client,
        config.getConfigMapping(EngineConfig.class),
        config.getConfigMapping(EnginesConfig.class),
        config.getConfigMapping(DiscoveryConfig.class),
        config.getConfigMapping(PoolConfig.class));
  }

  /** An engine with room for {@code room} adapters, up and empty. */
  public static Engine engine(int room, Map<String, String> settings) {
    EngineSpec spec =
        new EngineSpec(
            "http://127.0.0.1:1", MODEL, Optional.empty(), 1, room, "/classify", Set.of());
    Engine engine = new Engine(spec, null, config(settings).getConfigMapping(PoolConfig.class));
    engine.holds(Set.of(), System.nanoTime());
    return engine;
  }

  /** Engines by their addresses. */
  public static List<Engine> engines(String... urls) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < urls.length; i++) {
      settings.put("tunemesh.engines[" + i + "].url", urls[i]);
    }
    return List.copyOf(engines(settings).all());
  }
}
