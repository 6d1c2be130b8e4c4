package io.tunemesh.trainer.report;

import io.tunemesh.trainer.history.CurvePoint;
import java.util.List;

/**
 * The points of a job's curve, as many as a report has use for: a long job has hundreds of
 * thousands.
 */
final class CurvePoints {

  /** Points of each kind, with and without a validation. */
  static final int MOST = 2000;

  /**
   * A stretch of points with a validation is told by its best, one of others by its first; the last
   * of each kind is there, and the published step. Where there are no more than {@link #MOST} of a
   * kind all are.
   */
  private static final String THINNED =
      """
      WITH parts AS (
        SELECT *, validation_loss IS NOT NULL AS validated,
          ntile(:most) OVER (PARTITION BY validation_loss IS NOT NULL ORDER BY step) AS part,
          max(step) OVER (PARTITION BY validation_loss IS NOT NULL) AS newest
        FROM curve_point WHERE job_id = :job),
      ranked AS (
        SELECT *,
          row_number() OVER (PARTITION BY validated, part ORDER BY validation_loss, step) AS place
        FROM parts)
      SELECT step, loss, validation_loss, learning_rate, validation_metrics FROM ranked
      WHERE place = 1 OR step = newest OR step = :published
      ORDER BY step
      """;

  private CurvePoints() {}

  /**
   * The points in the order of their steps; none is managed.
   *
   * @param published the step whose weights were published, or null
   */
  static List<CurvePoint> of(String jobId, Long published) {
    List<?> rows =
        CurvePoint.getEntityManager()
            .createNativeQuery(THINNED)
            .setParameter("most", MOST)
            .setParameter("job", jobId)
            .setParameter("published", published == null ? -1 : published)
            .getResultList();
    return rows.stream().map(row -> point((Object[]) row)).toList();
  }

  private static CurvePoint point(Object[] row) {
    CurvePoint point = new CurvePoint();
    point.step = ((Number) row[0]).longValue();
    point.loss = (Double) row[1];
    point.validationLoss = (Double) row[2];
    point.learningRate = (Double) row[3];
    point.validationMetrics = (String) row[4];
    return point;
  }
}
