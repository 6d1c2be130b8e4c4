package io.tunemesh.local.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the last stage of a Dockerfile makes.
 *
 * @param environment the variables that it sets
 * @param folders the absolute paths that it copies to, or makes
 * @param ports that it exposes
 */
record Dockerfile(
    Map<String, String> environment, Set<Path> folders, Set<String> ports, List<String> entry) {

  private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(\\S+)");
  private static final Pattern MADE = Pattern.compile("(?:mkdir|-m venv) (/\\S+)");

  /** The image's of that name below {@code deploy/images}. */
  static Dockerfile of(String image) {
    try {
      String text =
          Files.readString(Manifests.DEPLOY.resolve("images").resolve(image + ".Dockerfile"));
      return read(text.replaceAll("\\\\\n\\s*", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Dockerfile read(String text) {
    Map<String, String> environment = new LinkedHashMap<>();
    Set<Path> folders = new HashSet<>();
    Set<String> ports = new HashSet<>();
    List<String> entry = List.of();
    for (String line : text.substring(text.lastIndexOf("FROM ")).lines().toList()) {
      String[] words = line.split("\\s+");
      switch (words[0]) {
        case "ENV" -> find(VARIABLE, line).forEach(m -> environment.put(m.group(1), m.group(2)));
        case "EXPOSE" -> ports.add(words[1]);
        case "COPY" -> folders.add(Path.of(words[words.length - 1]));
        case "RUN" -> find(MADE, line).forEach(m -> folders.add(Path.of(m.group(1))));
        case "ENTRYPOINT" ->
            entry =
                find(Pattern.compile("(?<=\")[^\",]+(?=\")"), line).stream()
                    .map(MatchResult::group)
                    .toList();
        default -> {}
      }
    }
    return new Dockerfile(environment, folders, ports, entry);
  }

  private static List<MatchResult> find(Pattern pattern, String line) {
    return pattern.matcher(line).results().toList();
  }

  /** The value of a variable, which must be set. */
  String environment(String name) {
    return Objects.requireNonNull(environment.get(name), name);
  }
}
