package io.tunemesh.dataset.dataset;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How datasets are waited for and built. */
@ConfigMapping(prefix = "tunemesh.dataset")
public interface DatasetConfig {

  /** How long a dataset waits for its sources before it is rejected. */
  @WithDefault("10m")
  Duration sourceTimeout();

  /**
   * How long after its start a service waits before it rejects any dataset for a source that did
   * not come, so that what waits in Kafka is heard first.
   */
  @WithDefault("1m")
  Duration firstCheck();

  /**
   * How long a worker that died holds its dataset; a living one renews it every two seconds, or
   * three times as often where that is less.
   */
  @WithDefault("30s")
  Duration lease();

  /** How many datasets one replica builds at a time. */
  @WithDefault("2")
  int workers();

  /**
   * How long a build waits, from one to the next, for the chunks of its large sources that other
   * replicas may read, before it reads the rest itself.
   */
  @WithDefault("2m")
  Duration chunkPatience();

  /**
   * Whether chunks are shared even where no other replica takes any, which costs time and saves
   * none.
   */
  @WithDefault("false")
  boolean shareAlone();

  /**
   * How often a build that the service fails, or that ends its worker, is tried before its dataset
   * is rejected. Storage that is away is waited for however long it takes.
   */
  @WithDefault("10")
  int attempts();

  /**
   * How long the files of a deleted dataset stay at least, so that whoever would begin to read them
   * has heard of the deletion.
   */
  @WithDefault("1m")
  Duration purgeAfter();

  /** The most lines that a training part may have, so that a mix cannot fill the disk. */
  @WithDefault("5000000")
  long maxTrainingLines();

  /** The most bytes that it may have, which long texts reach with far fewer lines. */
  @WithDefault("20000000000")
  long maxTrainingBytes();
}
