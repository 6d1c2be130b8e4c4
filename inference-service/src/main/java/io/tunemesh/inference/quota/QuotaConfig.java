package io.tunemesh.inference.quota;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How questions are admitted. Limits that are set by the API stand above these. */
@ConfigMapping(prefix = "tunemesh.quota")
public interface QuotaConfig {

  /** How many questions this replica has under way at engines; more wait in a fair queue. */
  @WithDefault("256")
  int slots();

  /** How many questions may wait on this replica. */
  @WithDefault("2048")
  int queue();

  /** How many of them may be one tenant's. */
  @WithDefault("512")
  int queueOfTenant();

  /** How many bytes the bodies of those who wait may have … */
  @WithDefault("256M")
  MemorySize queueBytes();

  /** … and those of one tenant. */
  @WithDefault("64M")
  MemorySize queueBytesOfTenant();

  /** How long a question waits for its turn. */
  @WithDefault("30s")
  Duration patience();

  /** The tokens that an answer is expected to have when the question sets no limit. */
  @WithDefault("256")
  long expectedTokens();

  /** The limits of a tenant of which nothing else is said. */
  Given tenant();

  /** Limits of single tenants. */
  Map<String, Given> tenants();

  /** Limits as configuration gives them. */
  interface Given {

    Optional<Long> requestsPerMinute();

    Optional<Long> tokensPerMinute();

    Optional<Integer> concurrency();

    Optional<Integer> weight();

    Optional<Priority> priority();

    Optional<Priority> highestPriority();

    /** The same as a record. */
    default Limits limits() {
      return new Limits(
              requestsPerMinute().orElse(null),
              tokensPerMinute().orElse(null),
              concurrency().orElse(null),
              weight().orElse(null),
              priority().orElse(null),
              highestPriority().orElse(null))
          .checked();
    }
  }
}
