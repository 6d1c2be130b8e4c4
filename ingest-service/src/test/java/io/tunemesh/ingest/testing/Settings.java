package io.tunemesh.ingest.testing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** Settings as the service has them, with some other than the defaults. */
public final class Settings {

  private Settings() {}

  /**
   * @param settings by their names below the mapping's prefix; those that it does not have are left
   *     out
   */
  public static <T> T of(Class<T> type, Map<String, String> settings) {
    String prefix = type.getAnnotation(ConfigMapping.class).prefix();
    Map<String, String> properties = new HashMap<>();
    settings.forEach((name, value) -> properties.put(prefix + "." + name, value));
    return new SmallRyeConfigBuilder()
        .withMapping(type)
        .withMappingIgnore(prefix + ".**")
        .withSources(new PropertiesConfigSource(properties, "test", 500))
        .build()
        .getConfigMapping(type);
  }
}
