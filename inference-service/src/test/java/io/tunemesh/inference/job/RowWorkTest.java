package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.inference.job.RowWork.End;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rows that one attempt at a job asks, and what it leaves for the next. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class RowWorkTest {

  /** Far more than are asked at once. */
  private static final int ROWS = 500;

  private static final String FILLING = "x".repeat(4000);

  @Inject ClaimedJobs jobs;
  @Inject JobConfig config;

  private final String id = Ids.random("batch_");
  private Claim claim;

  @BeforeEach
  void claimed() {
    claim = TestJobs.claimed(id, "file-1", ROWS, Duration.ofMinutes(10), job -> {});
  }

  @AfterEach
  void over() {
    jobs.fail(claim, List.of(new JobProblem("over", "The test is over.", null, null)));
  }

  @Test
  void readsAllOnceAndThenOnlyUntilAllModelsThatAreLeftAreAway() throws Exception {
    byte[] input = input("away");
    ByteArrayInputStream all = new ByteArrayInputStream(input);
    RowWork first = work(null);
    assertThat(first.run(new Rows(all, 0, 0), new BitSet())).isEqualTo(End.SOME_LEFT);
    assertThat(all.available()).isZero();
    Left left = first.left();
    assertThat(left.row()).isZero();
    assertThat(left.asked()).isEqualTo(Set.of("away"));

    ByteArrayInputStream some = new ByteArrayInputStream(input);
    RowWork second = work(left);

    assertThat(second.run(new Rows(some, 0, 0), new BitSet())).isEqualTo(End.SOME_LEFT);
    assertThat(some.available()).isGreaterThan(input.length / 2);
    assertThat(second.left()).isEqualTo(left);
  }

  @Test
  void leavesTheFirstRowThatWasNotAnswered() throws Exception {
    byte[] input = (line("there") + line("away") + line("there")).getBytes(StandardCharsets.UTF_8);

    RowWork work = work(null);
    End end = work.run(new Rows(new ByteArrayInputStream(input), 0, 0), new BitSet());

    assertThat(end).isEqualTo(End.SOME_LEFT);
    assertThat(work.left().row()).isEqualTo(1);
    assertThat(work.left().at()).isEqualTo(line("there").length());
    assertThat(work.left().asked()).isEqualTo(Set.of("away"));
    assertThat(jobs.look(claim).rows().completed()).isEqualTo(2);
  }

  @Test
  void asksAgainWhatAnEngineFailedOverAndAtLastFailsTheRow() throws Exception {
    byte[] input = (line("crashes") + line("recovers")).getBytes(StandardCharsets.UTF_8);

    End end = work(null).run(new Rows(new ByteArrayInputStream(input), 0, 0), new BitSet());

    assertThat(end).isEqualTo(End.ALL_ASKED);
    assertThat(jobs.look(claim).rows().completed()).isEqualTo(1);
    assertThat(jobs.look(claim).rows().failed()).isEqualTo(1);
    assertThat(asking.tries)
        .containsExactlyInAnyOrderEntriesOf(Map.of("crashes", 3, "recovers", 2));
  }

  private final Asking asking = new Asking();

  private RowWork work(Left before) {
    return new RowWork(jobs, claim, asking, before, config, () -> false);
  }

  private static byte[] input(String model) {
    return line(model).repeat(ROWS).getBytes(StandardCharsets.UTF_8);
  }

  private static String line(String model) {
    return "{\"model\": \"%s\", \"filling\": \"%s\"}\n".formatted(model, FILLING);
  }

  /** Each row names its model, and the one called away does not answer now. */
  private static final class Asking implements RowTask {

    private final Map<String, Integer> tries = new ConcurrentHashMap<>();

    @Override
    public long check() {
      return ROWS;
    }

    @Override
    public BlobRef rows() {
      return null;
    }

    @Override
    public String onlyModel() {
      return null;
    }

    @Override
    public String model(Row row) {
      return row.data().path("model").asText();
    }

    @Override
    public RowResult answer(Row row) {
      if (model(row).equals("away")) {
        throw new Refusal(new Problem(503, "away", "It is away.", null));
      }
      if (model(row).equals("crashes") || model(row).equals("recovers")) {
        int tried = tries.merge(model(row), 1, Integer::sum);
        if (model(row).equals("crashes") || tried == 1) {
          throw new Refusal(new Problem(500, "engine_error", "It failed.", null));
        }
      }
      return new RowResult(row.index(), true, "answered");
    }

    @Override
    public String failed(Row row, Problem why) {
      return why.code();
    }

    @Override
    public String filename(boolean output) {
      return "file";
    }

    @Override
    public LineWriter writer(boolean output, OutputStream out) {
      throw new UnsupportedOperationException("nothing is written");
    }
  }
}
