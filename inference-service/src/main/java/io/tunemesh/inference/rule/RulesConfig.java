package io.tunemesh.inference.rule;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How rules run. */
@ConfigMapping(prefix = "tunemesh.rules")
interface RulesConfig {

  /** The base model's folder, whose {@code tokenizer.json} counts tokens; none where absent. */
  Optional<Path> tokenizer();

  /** How often a replica looks for rules that another one has changed. */
  @WithDefault("1s")
  Duration lookEvery();
}
