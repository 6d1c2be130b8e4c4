package io.tunemesh.ingest.parse;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reader pools outside of a service, with some settings other than the defaults. */
final class Pools {

  private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

  private Pools() {}

  /** A pool of real readers. */
  static ReaderPool real(Map<String, String> settings) {
    SmallRyeConfig config = config(settings);
    return new ReaderPool(
        config.getConfigMapping(ParseConfig.class),
        command(settings),
        config::getConfigMapping,
        FOLDER);
  }

  /** A pool whose readers the shell runs as {@code script}; {@code arguments} are its own. */
  static ReaderPool shell(Map<String, String> settings, String script, List<String> arguments) {
    return shell(settings, script, arguments, FOLDER);
  }

  /** The same, whose readers practise in {@code folder}. */
  static ReaderPool shell(
      Map<String, String> settings, String script, List<String> arguments, Path folder) {
    SmallRyeConfig config = config(settings);
    List<String> command = new ArrayList<>(List.of("sh", "-c", script));
    command.addAll(arguments);
    return new ReaderPool(
        config.getConfigMapping(ParseConfig.class), command, config::getConfigMapping, folder);
  }

  /** What starts a real reader. */
  static List<String> command(Map<String, String> settings) {
    return ReaderCommand.of(config(settings).getConfigMapping(ParseConfig.class));
  }

  /** What a reader wants to be told. */
  static Map<String, String> settings() {
    return ReaderSettings.write(Readers.SETTINGS, config(Map.of())::getConfigMapping);
  }

  /** The processes that this one has started and that live. */
  static Set<Long> processes() {
    return ProcessHandle.current()
        .children()
        .map(ProcessHandle::pid)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static SmallRyeConfig config(Map<String, String> settings) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(ParseConfig.class);
    Readers.SETTINGS.forEach(builder::withMapping);
    builder.withDefaultValue("tunemesh.parse.spare", "false");
    settings.forEach((name, value) -> builder.withDefaultValue("tunemesh." + name, value));
    return builder.build();
  }
}
