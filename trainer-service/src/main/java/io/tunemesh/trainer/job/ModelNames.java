package io.tunemesh.trainer.job;

import io.tunemesh.platform.event.Ids;

/** The names that follow from a job's id. */
public final class ModelNames {

  private static final String JOB = "ftjob-";
  private static final int SHORT = 12;

  private ModelNames() {}

  /** The id of the one adapter that the job may publish. */
  public static String adapterId(String jobId) {
    return Ids.derived("ad-", jobId);
  }

  /**
   * The name to ask for in a chat, {@code ft:{base}:{tenant}:{suffix}:{id}}. What would break a
   * name in two becomes a dash.
   */
  public static String fineTuned(String base, String tenant, String suffix, String jobId) {
    String word = suffix == null ? "" : suffix.strip().replaceAll("[^\\p{L}\\p{N}._-]+", "-");
    String id = jobId.startsWith(JOB) ? jobId.substring(JOB.length()) : jobId;
    return "ft:%s:%s:%s:%s"
        .formatted(base, tenant, word, id.substring(0, Math.min(SHORT, id.length())));
  }
}
