package io.tunemesh.local;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that the supervisor gave each service, kept so that {@code mesh dev} can give the
 * same.
 */
final class ServiceEnvironment {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ServiceEnvironment() {}

  static void write(Home home, Parts parts) throws IOException {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    Parts.SERVICES.forEach(service -> all.put(service, parts.environment(service)));
    JSON.writeValue(home.run("environment.json").toFile(), all);
  }

  static Map<String, String> read(Home home, String service) throws IOException {
    return JSON.readValue(
            home.run("environment.json").toFile(),
            new TypeReference<Map<String, Map<String, String>>>() {})
        .get(service);
  }
}
