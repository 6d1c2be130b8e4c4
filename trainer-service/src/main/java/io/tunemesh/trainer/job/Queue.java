package io.tunemesh.trainer.job;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The order in which waiting jobs are given out: by priority, then to the tenant that has the
 * fewest jobs running, then to the one that lately used the least time, then by age. A tenant's
 * second job counts as if its first ran already. Every {@link QueueConfig#oldestEvery} claims the
 * oldest job goes first whatever it is, so that none waits for ever: a job with n older ones before
 * it is given out after at most so many times n + 1 claims.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Queue {

  private static final int LOOKED_AT = 200;

  private static final String LINE =
      """
      WITH running AS (
        SELECT tenant, count(*) AS jobs FROM training_job
        WHERE status = 'RUNNING' GROUP BY tenant),
      used AS (
        SELECT tenant,
          sum(power(0.5, least(1000, extract(epoch FROM now() - coalesce(ended_at, now())) / :half))
            - power(0.5, least(1000, extract(epoch FROM now() - started_at) / :half))) AS time
        FROM job_attempt
        WHERE ended_at IS NULL OR ended_at > now() - make_interval(secs => 20 * :half)
        GROUP BY tenant),
      waiting AS (
        SELECT id, tenant, model, priority, queued_at,
          row_number() OVER (PARTITION BY tenant ORDER BY priority DESC, queued_at, id) AS nth
        FROM training_job
        WHERE status = 'QUEUED' AND (:anyone OR %s))
      SELECT waiting.id, model, priority, extract(epoch FROM now() - queued_at)
      FROM waiting LEFT JOIN running USING (tenant) LEFT JOIN used USING (tenant)
      ORDER BY priority DESC, coalesce(jobs, 0) + nth, coalesce(time, 0), queued_at, id
      """;

  private static final String CLAIMABLE =
      """
      (not_before IS NULL
         OR not_before + CASE WHEN failed_on = :owner THEN make_interval(secs => :avoid)
                              ELSE interval '0' END <= now())\
      """;

  private final EntityManager database;
  private final QueueConfig config;

  Queue(EntityManager database, QueueConfig config) {
    this.database = database;
    this.config = config;
  }

  /** Where each waiting job would come if nothing changed, from 1. */
  public Map<String, Long> positions() {
    Map<String, Long> positions = new HashMap<>();
    for (Waiting waiting : line(null, Integer.MAX_VALUE)) {
      positions.put(waiting.id(), positions.size() + 1L);
    }
    return positions;
  }

  /**
   * The job that {@code owner} is to have next, its row locked. No other claim is decided until the
   * transaction ends, so that each sees what the one before it took.
   *
   * @param held the base model that is loaded already, or null
   */
  Optional<TrainingJob> next(String owner, String held) {
    if (line(owner, 1).isEmpty()) {
      return Optional.empty();
    }
    long claims =
        ((Number)
                database
                    .createNativeQuery("SELECT claims FROM queue_turn FOR UPDATE")
                    .getSingleResult())
            .longValue();
    List<Waiting> line = line(owner, LOOKED_AT);
    boolean oldest = (claims + 1) % config.oldestEvery() == 0;
    for (Waiting waiting : oldest ? oldestFirst(owner) : warmFirst(line, held, config.warmWait())) {
      Optional<TrainingJob> job = lock(waiting.id());
      if (job.isPresent()) {
        database.createNativeQuery("UPDATE queue_turn SET claims = claims + 1").executeUpdate();
        return job;
      }
    }
    return Optional.empty();
  }

  /**
   * The line with a job of the loaded base in front, if that passes over no job of higher priority
   * and none that has waited longer than {@code bound}.
   */
  static List<Waiting> warmFirst(List<Waiting> line, String held, Duration bound) {
    for (Waiting waiting : line) {
      if (waiting.model().equals(held) && waiting.priority() == line.getFirst().priority()) {
        List<Waiting> warm = new ArrayList<>(line);
        warm.remove(waiting);
        warm.addFirst(waiting);
        return warm;
      }
      if (waiting.waited() > bound.toMillis() / 1000.0) {
        break;
      }
    }
    return line;
  }

  private List<Waiting> oldestFirst(String owner) {
    return line(owner, Integer.MAX_VALUE).stream()
        .sorted(Comparator.comparing(waiting -> -waiting.waited()))
        .toList();
  }

  private Optional<TrainingJob> lock(String id) {
    List<?> found =
        database
            .createNativeQuery(
                "SELECT * FROM training_job WHERE id = :id AND status = 'QUEUED'"
                    + " FOR UPDATE SKIP LOCKED",
                TrainingJob.class)
            .setParameter("id", id)
            .getResultList();
    return found.stream().findFirst().map(TrainingJob.class::cast);
  }

  /** The waiting jobs in their order; those only that {@code owner} may have, if it is given. */
  private List<Waiting> line(String owner, int limit) {
    List<?> rows =
        database
            .createNativeQuery(LINE.formatted(CLAIMABLE))
            .setParameter("half", config.halfLife().toMillis() / 1000.0)
            .setParameter("anyone", owner == null)
            .setParameter("owner", owner == null ? "" : owner)
            .setParameter("avoid", config.avoid().toMillis() / 1000.0)
            .setMaxResults(limit)
            .getResultList();
    return rows.stream().map(row -> Waiting.of((Object[]) row)).toList();
  }

  /** A job in the line; {@code waited} in seconds. */
  record Waiting(String id, String model, int priority, double waited) {

    private static Waiting of(Object[] row) {
      return new Waiting(
          (String) row[0],
          (String) row[1],
          ((Number) row[2]).intValue(),
          ((Number) row[3]).doubleValue());
    }
  }
}
