package io.tunemesh.ingest.parse;

import io.smallrye.config.WithDefault;
import io.tunemesh.contract.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The settings of the readers on their way into a reader process, which has no configuration of its
 * own: by the name of each mapping, its values by the names of its methods.
 */
final class ReaderSettings {

  private ReaderSettings() {}

  /** The values that {@code configOf} has for each of {@code mappings}. */
  static Map<String, Map<String, Object>> write(
      List<Class<?>> mappings, Function<Class<?>, Object> configOf) {
    Map<String, Map<String, Object>> settings = new HashMap<>();
    mappings.forEach(
        mapping -> settings.put(mapping.getSimpleName(), values(mapping, configOf.apply(mapping))));
    return settings;
  }

  private static Map<String, Object> values(Class<?> mapping, Object config) {
    Map<String, Object> values = new HashMap<>();
    for (Method setting : mapping.getMethods()) {
      try {
        Object value = setting.invoke(config);
        values.put(setting.getName(), value instanceof Duration ? value.toString() : value);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("the setting " + setting + " cannot be read", e);
      }
    }
    return values;
  }

  /** {@code mapping} with its defaults, where there is no configuration. */
  static <T> T defaults(Class<T> mapping) {
    Map<String, Object> values = new HashMap<>();
    for (Method setting : mapping.getMethods()) {
      String value = setting.getAnnotation(WithDefault.class).value();
      values.put(
          setting.getName(),
          setting.getReturnType() == List.class ? List.of(value.split(",")) : value);
    }
    return read(mapping, Map.of(mapping.getSimpleName(), values));
  }

  /** What {@link #write} wrote of {@code mapping}, as such again. */
  static <T> T read(Class<T> mapping, Map<String, Map<String, Object>> written) {
    Map<String, Object> values = written.get(mapping.getSimpleName());
    Map<String, Object> settings = new HashMap<>();
    for (Method setting : mapping.getMethods()) {
      Object value = values.get(setting.getName());
      settings.put(
          setting.getName(),
          setting.getReturnType() == Duration.class
              ? Duration.parse((String) value)
              : Json.MAPPER.convertValue(
                  value, Json.MAPPER.constructType(setting.getGenericReturnType())));
    }
    return mapping.cast(
        Proxy.newProxyInstance(
            mapping.getClassLoader(),
            new Class<?>[] {mapping},
            (proxy, method, arguments) -> settings.get(method.getName())));
  }
}
