package io.tunemesh.inference.engine;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of an engine before it is asked.
 *
 * @param url its address, without {@code /v1} and without a slash at the end
 * @param model the id under which it serves its base model
 * @param maxLoras how many adapters it runs at once
 * @param maxCpuLoras how many adapters it holds at most
 * @param classifyPath where it is asked for classes
 * @param kinds the methods of the adapters that it serves; empty if it serves all
 */
public record EngineSpec(
    String url,
    String model,
    Optional<String> apiKey,
    int maxLoras,
    int maxCpuLoras,
    String classifyPath,
    Set<String> kinds) {

  /**
   * @throws IllegalArgumentException if the address is none of HTTP, or there is no room for an
   *     adapter
   */
  public EngineSpec {
    URI address = URI.create(url);
    boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    if (!isHttp || address.getRawAuthority() == null) {
      throw new IllegalArgumentException(
          "the address of an engine must be http:// or https:// and a host, and is '" + url + "'");
    }
    if (maxLoras < 1 || maxCpuLoras < maxLoras) {
      throw new IllegalArgumentException(
          "engine %s: max-loras must be at least 1 and max-cpu-loras at least max-loras, and they are %d and %d"
              .formatted(url, maxLoras, maxCpuLoras));
    }
    if (!classifyPath.startsWith("/")) {
      throw new IllegalArgumentException(
          "engine %s: classify-path must begin with / and is '%s'".formatted(url, classifyPath));
    }
    url = url.replaceAll("/+$", "");
    kinds = Set.copyOf(kinds);
  }

  static EngineSpec of(String url, String model, EngineTraits traits) {
    return new EngineSpec(
        url,
        model,
        traits.apiKey(),
        traits.maxLoras(),
        traits.maxCpuLoras(),
        traits.classifyPath(),
        Set.copyOf(traits.kinds().orElse(List.of())));
  }

  /** Its host and port, for logs. */
  public String name() {
    // Not getHost: it is null for a name with an underscore, as Compose makes them.
    String authority = URI.create(url).getRawAuthority();
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  /** Where it is asked what this service is asked at {@code path}. */
  String address(String path) {
    return url + (path.equals("/v1/classify") ? classifyPath : path);
  }

  /** Whether the engine is known to serve adapters of that method. */
  public boolean serves(String kind) {
    return kinds.isEmpty() || kinds.contains(kind);
  }
}
