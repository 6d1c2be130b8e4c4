package io.tunemesh.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.history.History;
import io.tunemesh.trainer.job.Queue.Waiting;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The order of waiting jobs. Each test makes and claims its jobs in one transaction, in which no
 * others wait, and takes it all back.
 */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class QueueTest {

  private static final Duration LEASE = Duration.ofMinutes(1);

  /** What the service's own idle workers may have loaded. */
  private static final String STARTER = "tunemesh-starter";

  @Inject Mesh mesh;
  @Inject Intake intake;
  @Inject Lifecycle lifecycle;
  @Inject Leases leases;
  @Inject Queue queue;
  @Inject History history;
  @Inject EntityManager database;

  /** Runs {@code test} where no other job waits and the next claim is the first of four. */
  private void alone(Runnable test) {
    QuarkusTransaction.begin();
    try {
      database.createNativeQuery("UPDATE queue_turn SET claims = 0").executeUpdate();
      database
          .createNativeQuery("UPDATE training_job SET status = 'PAUSED' WHERE status = 'QUEUED'")
          .executeUpdate();
      test.run();
    } finally {
      QuarkusTransaction.rollback();
    }
  }

  private static String tenant() {
    return "tenant-" + UUID.randomUUID();
  }

  private String job(String tenant, String priority) {
    return job(tenant, priority, "tunemesh-starter");
  }

  private String job(String tenant, String priority, String model) {
    String name = UUID.randomUUID().toString();
    Scope scope = new Scope(tenant, null);
    intake.built(scope, mesh.dataset("ds-" + name, "{}", null));
    TrainingSpec spec =
        Json.MAPPER.convertValue(Map.of("priority", priority, "model", model), TrainingSpec.class);
    NewJob wish = NewJob.ofEvent("ftjob-" + name, scope, "ds-" + name, spec, null);
    assertThat(intake.open(wish).status).isEqualTo(JobStatus.QUEUED);
    return wish.id();
  }

  private void waited(String job, Duration time) {
    database.flush();
    database
        .createNativeQuery(
            "UPDATE training_job SET queued_at = now() - make_interval(secs => :s) WHERE id = :id")
        .setParameter("s", time.toMillis() / 1000.0)
        .setParameter("id", job)
        .executeUpdate();
  }

  private String claim(String held) {
    return claim("me/1/1", held);
  }

  private String claim(String owner, String held) {
    Seated worker = new Seated(owner + "/0", held, LEASE);
    return leases.claim(owner, List.of(), worker, LEASE).map(Claim::id).orElse(null);
  }

  @Test
  void aJobWhoseBaseModelAnotherReplicaHasIsLeftToThat() {
    alone(
        () -> {
          String theirs = job(tenant(), "high");
          String ours = job(tenant(), "low");
          database.flush();
          database
              .createNativeQuery("UPDATE training_job SET model = 'of-another' WHERE id = :id")
              .setParameter("id", theirs)
              .executeUpdate();
          assertThat(claims(3)).containsExactly(ours, null, null);
          assertThat(queue.positions()).containsOnlyKeys(theirs);
        });
  }

  private List<String> claims(int count) {
    List<String> claimed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      claimed.add(claim(STARTER));
    }
    return claimed;
  }

  @Test
  void higherPriorityGoesFirstAndThenTheOlder() {
    alone(
        () -> {
          String tenant = tenant();
          String low = job(tenant, "low");
          String normal = job(tenant, "normal");
          String later = job(tenant, "normal");
          String high = job(tenant, "high");
          assertThat(queue.positions())
              .containsExactlyInAnyOrderEntriesOf(Map.of(high, 1L, normal, 2L, later, 3L, low, 4L));

          assertThat(claims(3)).containsExactly(high, normal, later);
          assertThat(queue.positions()).containsExactlyEntriesOf(Map.of(low, 1L));
        });
  }

  @Test
  void aNewJobIsLeftToAnIdleWorkerThatHasItsBaseLoaded() {
    alone(
        () -> {
          assertThat(claim("a/1/1", "tunemesh-starter")).isNull();
          assertThat(claim("b/1/1", "broken-base")).isNull();
          String tenant = tenant();
          String tiny = job(tenant, "high", "broken-base");
          String starter = job(tenant, "normal", "tunemesh-starter");
          String second = job(tenant, "normal", "broken-base");
          assertThat(claim("a/1/1", "tunemesh-starter")).isEqualTo(starter);
          assertThat(claim("c/1/1", null)).as("it would load the base").isNull();
          assertThat(claim("b/1/1", "broken-base")).isEqualTo(tiny);
          assertThat(claim("a/1/1", "tunemesh-starter"))
              .as("nobody idle has it any more")
              .isEqualTo(second);
        });
  }

  @Test
  void aJobThatHasWaitedALittleGoesToAnyWorker() {
    alone(
        () -> {
          assertThat(claim("b/1/1", "broken-base")).isNull();
          String tiny = job(tenant(), "normal", "broken-base");
          waited(tiny, Duration.ofSeconds(3));
          assertThat(claim("a/1/1", "tunemesh-starter")).isEqualTo(tiny);
        });
  }

  @Test
  void aTenantWithManyJobsSharesWithOneWithFew() {
    alone(
        () -> {
          String many = tenant();
          List<String> theirs = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            theirs.add(job(many, "normal"));
          }
          String other = tenant();
          String first = job(other, "normal");
          String second = job(other, "normal");
          assertThat(queue.positions())
              .containsEntry(theirs.get(0), 1L)
              .containsEntry(first, 2L)
              .containsEntry(theirs.get(1), 3L)
              .containsEntry(second, 4L);

          assertThat(claims(3)).containsExactly(theirs.get(0), first, theirs.get(1));
        });
  }

  @Test
  void theTenantThatLatelyUsedLessGoesFirst() {
    alone(
        () -> {
          String busy = tenant();
          String idle = tenant();
          String long_ago = tenant();
          String theirs = job(busy, "normal");
          String once = job(long_ago, "normal");
          String fresh = job(idle, "normal");
          used(busy, theirs, Duration.ofHours(1), Duration.ZERO);
          used(long_ago, once, Duration.ofHours(2), Duration.ofHours(60));

          assertThat(claims(3)).containsExactly(fresh, once, theirs);
        });
  }

  @Test
  void aTenantThatCallsAllItsJobsHighGetsNoMoreWorkersThanAnother() {
    alone(
        () -> {
          String loud = tenant();
          List<String> high = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            high.add(job(loud, "high"));
          }
          String quiet = tenant();
          String first = job(quiet, "normal");
          String second = job(quiet, "normal");
          assertThat(queue.positions())
              .containsEntry(high.get(0), 1L)
              .containsEntry(first, 2L)
              .containsEntry(high.get(1), 3L)
              .containsEntry(second, 4L);

          assertThat(claims(3)).containsExactly(high.get(0), first, high.get(1));
        });
  }

  @Test
  void aHighJobIsAheadOfAnotherTenantsByTheLeadAndNoMore() {
    alone(
        () -> {
          String loud = tenant();
          String high = job(loud, "high");
          String normal = job(tenant(), "normal");
          used(loud, high, Duration.ofMinutes(14), Duration.ZERO);
          assertThat(queue.positions()).containsEntry(high, 1L).containsEntry(normal, 2L);

          used(loud, normal, Duration.ofMinutes(2), Duration.ZERO);
          assertThat(queue.positions()).containsEntry(normal, 1L).containsEntry(high, 2L);
          assertThat(claims(2)).containsExactly(normal, high);
        });
  }

  @Test
  void aLowJobStandsBackAsFar() {
    alone(
        () -> {
          String humble = tenant();
          String low = job(humble, "low");
          String busy = tenant();
          String normal = job(busy, "normal");
          used(busy, normal, Duration.ofMinutes(14), Duration.ZERO);
          assertThat(queue.positions()).containsEntry(normal, 1L).containsEntry(low, 2L);

          used(busy, low, Duration.ofMinutes(2), Duration.ZERO);
          assertThat(queue.positions()).containsEntry(low, 1L).containsEntry(normal, 2L);
        });
  }

  @Test
  void anAttemptOfYearsIsCountedToo() {
    alone(
        () -> {
          String busy = tenant();
          String theirs = job(busy, "normal");
          String fresh = job(tenant(), "normal");
          used(busy, theirs, Duration.ofDays(3000), Duration.ZERO);

          assertThat(claims(2)).containsExactly(fresh, theirs);
        });
  }

  /** An attempt that took so long and ended so long ago. */
  private void used(String tenant, String job, Duration time, Duration ago) {
    Instant end = Instant.now().minus(ago);
    history.attempt(job, tenant, 90, "me/1/1", end.minus(time));
    history.attemptEnded(job, "failed", end);
  }

  @Test
  void noJobWaitsForEver() {
    alone(
        () -> {
          String last = job(tenant(), "low");
          for (int i = 0; i < 3; i++) {
            job(tenant(), "high");
            assertThat(claim("tunemesh-starter")).isNotEqualTo(last);
          }
          job(tenant(), "high");

          assertThat(claim("tunemesh-starter")).as("the fourth claim").isEqualTo(last);
        });
  }

  @Test
  void aJobWhoseBaseIsLoadedGoesFirstWithinItsBounds() {
    alone(
        () -> {
          String cold = job(tenant(), "normal", "broken-base");
          String warm = job(tenant(), "normal");
          assertThat(claim("tunemesh-starter")).isEqualTo(warm);

          String another = job(tenant(), "normal");
          waited(cold, Duration.ofSeconds(31));
          assertThat(claim("tunemesh-starter")).as("cold has waited too long").isEqualTo(cold);

          String high = job(tenant(), "high", "broken-base");
          assertThat(claim("tunemesh-starter")).isEqualTo(high);
          assertThat(claim("tunemesh-starter")).isEqualTo(another);
        });
  }

  @Test
  void whereAnAttemptFailedTheJobIsLeftToOthersForAWhile() {
    alone(
        () -> {
          String job = job(tenant(), "normal");
          TrainingJob row = TrainingJob.findById(job);
          assertThat(claim(STARTER)).isEqualTo(job);
          lifecycle.retry(row, "It broke.", true, 3, Instant.now().minusSeconds(1), Instant.now());
          database.flush();
          row.notBefore = Instant.now().plusSeconds(1);
          database.flush();
          assertThat(claim(STARTER)).as("too early for all").isNull();

          database
              .createNativeQuery(
                  "UPDATE training_job SET not_before = now() - interval '10 ms' WHERE id = :id")
              .setParameter("id", job)
              .executeUpdate();
          assertThat(claim(STARTER)).as("too early for where it failed").isNull();
          assertThat(claim("other/1/1", STARTER)).isEqualTo(job);
        });
  }

  @Test
  void theLineIsAsItIsWhereNothingWarmMayGoFirst() {
    Waiting old = new Waiting("old", "cold", 1, 40);
    Waiting cold = new Waiting("cold", "cold", 1, 1);
    Waiting warm = new Waiting("warm", "held", 1, 0.5);
    Waiting low = new Waiting("low", "held", 0, 100);

    assertThat(warm(List.of(), "held")).isEmpty();
    assertThat(warm(List.of(cold, warm), null)).containsExactly(cold, warm);
    assertThat(warm(List.of(cold, warm), "held")).containsExactly(warm, cold);
    assertThat(warm(List.of(cold, old, warm), "held")).containsExactly(cold, old, warm);
    assertThat(warm(List.of(cold, low), "held")).containsExactly(cold, low);
    Waiting high = new Waiting("high", "held", 2, 0.2);
    Waiting urgent = new Waiting("urgent", "cold", 2, 0.2);
    assertThat(warm(List.of(cold, high), "held")).containsExactly(high, cold);
    assertThat(warm(List.of(cold, urgent, warm), "held")).containsExactly(cold, urgent, warm);
    assertThat(warm(List.of(old, cold), "held"))
        .isSortedAccordingTo(Comparator.comparing(waiting -> -waiting.waited()));
  }

  private static List<Waiting> warm(List<Waiting> line, String held) {
    return Queue.warmFirst(line, held, Duration.ofSeconds(30));
  }
}
