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
import java.util.Set;

/**
 * The order in which waiting jobs are given out: to the tenant that has the fewest jobs running,
 * then to the one that lately used the least time, then by age. A tenant's own jobs stand by
 * priority, and its second counts as if its first ran already. Among tenants a priority moves a job
 * by {@link QueueConfig#lead} of used time and no further, so that whoever calls every job high is
 * ahead by that much once. Every {@link QueueConfig#oldestEvery} claims the oldest job goes first
 * whatever it is, so that none waits for ever: a job with n older ones before it is given out after
 * at most so many times n + 1 claims.
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
      ORDER BY coalesce(jobs, 0) + nth, coalesce(time, 0) - :lead * (priority - :normal),
        queued_at, id
      """;

  private static final String CLAIMABLE =
      """
      model = ANY (string_to_array(:models, chr(10))) AND (not_before IS NULL
         OR not_before + CASE WHEN failed_on = :owner THEN make_interval(secs => :avoid)
                              ELSE interval '0' END <= now())\
      """;

  private final EntityManager database;
  private final QueueConfig config;
  private final Seats seats;
  private final BaseModels models;

  Queue(EntityManager database, QueueConfig config, Seats seats, BaseModels models) {
    this.database = database;
    this.seats = seats;
    this.config = config;
    this.models = models;
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
   * transaction ends, so that each sees what the one before it took. A new job whose base model
   * another idle worker has loaded is left to that one.
   */
  Optional<TrainingJob> next(String owner, Seated worker) {
    if (line(owner, 1).isEmpty()) {
      return Optional.empty();
    }
    long claims =
        ((Number)
                database
                    .createNativeQuery("SELECT claims FROM queue_turn FOR UPDATE")
                    .getSingleResult())
            .longValue();
    boolean oldest = (claims + 1) % config.oldestEvery() == 0;
    List<Waiting> line =
        oldest
            ? oldestFirst(owner)
            : warmFirst(line(owner, LOOKED_AT), worker.base(), config.warmWait());
    Set<String> elsewhere = seats.elsewhere(worker);
    for (Waiting waiting : line) {
      boolean fresh = waiting.waited() < config.warmLead().toMillis() / 1000.0;
      String base = waiting.model();
      if (fresh && !base.equals(worker.base()) && elsewhere.contains(base)) {
        continue;
      }
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
    int passed = 0;
    for (Waiting waiting : line) {
      passed = Math.max(passed, waiting.priority());
      if (waiting.model().equals(held) && waiting.priority() == passed) {
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
            .setParameter("lead", lead())
            .setParameter("normal", Priority.NORMAL.ordinal())
            .setParameter("anyone", owner == null)
            .setParameter("owner", owner == null ? "" : owner)
            .setParameter("models", String.join("\n", models.ids()))
            .setParameter("avoid", config.avoid().toMillis() / 1000.0)
            .setMaxResults(limit)
            .getResultList();
    return rows.stream().map(row -> Waiting.of((Object[]) row)).toList();
  }

  /** The lead in the line's unit of used time, which for a stretch that is not long ago is this. */
  private double lead() {
    return Math.log(2) * config.lead().toMillis() / config.halfLife().toMillis();
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
