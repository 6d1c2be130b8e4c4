package io.tunemesh.ingest.parse;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reader pools outside of a service, with some settings other than the defaults. */
final class Pools {

  private Pools() {}

  /** A pool of real readers. */
  static ReaderPool real(Map<String, String> settings) {
    SmallRyeConfig config = config(settings);
    return new ReaderPool(
        config.getConfigMapping(ParseConfig.class), command(settings), config::getConfigMapping);
  }

  /** A pool whose readers the shell runs as {@code script}; {@code arguments} are its own. */
  static ReaderPool shell(Map<String, String> settings, String script, List<String> arguments) {
    SmallRyeConfig config = config(settings);
    List<String> command = new ArrayList<>(List.of("sh", "-c", script));
    command.addAll(arguments);
    return new ReaderPool(
        config.getConfigMapping(ParseConfig.class), command, config::getConfigMapping);
  }

  /** What starts a real reader. */
  static List<String> command(Map<String, String> settings) {
    return ReaderCommand.of(config(settings).getConfigMapping(ParseConfig.class));
  }

  /** What a reader wants to be told. */
  static Map<String, Map<String, Object>> settings() {
    return ReaderSettings.write(Readers.SETTINGS, config(Map.of())::getConfigMapping);
  }

  private static SmallRyeConfig config(Map<String, String> settings) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(ParseConfig.class);
    Readers.SETTINGS.forEach(builder::withMapping);
    settings.forEach((name, value) -> builder.withDefaultValue("tunemesh." + name, value));
    return builder.build();
  }
}
