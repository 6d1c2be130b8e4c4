package io.tunemesh.ingest.parse;

import io.smallrye.config.WithDefault;
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
 * own: texts by the names of the mapping and of its method.
 */
final class ReaderSettings {

  private ReaderSettings() {}

  /** The values that {@code configOf} has for each of {@code mappings}. */
  static Map<String, String> write(List<Class<?>> mappings, Function<Class<?>, Object> configOf) {
    Map<String, String> settings = new HashMap<>();
    for (Class<?> mapping : mappings) {
      Object config = configOf.apply(mapping);
      for (Method setting : mapping.getMethods()) {
        try {
          settings.put(name(setting), setting.invoke(config).toString());
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("the setting " + setting + " cannot be read", e);
        }
      }
    }
    return settings;
  }

  /** {@code mapping} with its defaults, where there is no configuration. */
  static <T> T defaults(Class<T> mapping) {
    Map<String, String> settings = new HashMap<>();
    for (Method setting : mapping.getMethods()) {
      settings.put(name(setting), setting.getAnnotation(WithDefault.class).value());
    }
    return read(mapping, settings);
  }

  /** What {@link #write} wrote of {@code mapping}, as such again. */
  static <T> T read(Class<T> mapping, Map<String, String> written) {
    Map<String, Object> settings = new HashMap<>();
    for (Method setting : mapping.getMethods()) {
      settings.put(setting.getName(), value(setting.getReturnType(), written.get(name(setting))));
    }
    return mapping.cast(
        Proxy.newProxyInstance(
            mapping.getClassLoader(),
            new Class<?>[] {mapping},
            (proxy, method, arguments) -> settings.get(method.getName())));
  }

  private static String name(Method setting) {
    return setting.getDeclaringClass().getSimpleName() + '.' + setting.getName();
  }

  private static Object value(Class<?> type, String text) {
    return switch (type.getSimpleName()) {
      case "int" -> Integer.valueOf(text);
      case "long" -> Long.valueOf(text);
      case "double" -> Double.valueOf(text);
      case "boolean" -> Boolean.valueOf(text);
      case "String" -> text;
      case "Duration" -> Duration.parse(text);
      case "List" -> List.of(text.split(","));
      default -> throw new IllegalArgumentException("no reader has settings of " + type);
    };
  }
}
