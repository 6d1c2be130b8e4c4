package io.tunemesh.inference.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How batches and table jobs are worked on. */
@ConfigMapping(prefix = "tunemesh.jobs")
public interface JobConfig {

  /** How many jobs this replica works on at once. */
  @WithDefault("4")
  int parallel();

  /** How many rows of a job are asked at once. */
  @WithDefault("8")
  int concurrency();

  /** How long a job waits for a replica that works on it and has died. */
  @WithDefault("30s")
  Duration lease();

  /** The pause between two looks for work. */
  @WithDefault("1s")
  Duration pause();

  /** How long the arrival of a file that nobody told of is waited for; events may be late. */
  @WithDefault("10m")
  Duration filePatience();

  /** How long a row is asked again and again before its job gives way to another. */
  @WithDefault("5s")
  Duration rowPatience();

  /** The longest pause before a row is asked again, or a job taken up again. */
  @WithDefault("30s")
  Duration longestPause();

  /** The time between two events of progress. */
  @WithDefault("2s")
  Duration progressEvery();

  /** The most requests of a batch. */
  @WithDefault("50000")
  int maxRows();

  /** The most rows of a table job. */
  @WithDefault("1000000")
  int maxTableRows();

  /** The most mistakes of an input that are told. */
  @WithDefault("100")
  int maxProblems();

  /** How long ended jobs are kept. */
  @WithDefault("30d")
  Duration keep();
}
