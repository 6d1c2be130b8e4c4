package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterEvent;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the engine away this replica claims nothing by itself, so the test can play replicas. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AdapterClaimTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Adapters adapters;
  @Inject LiveAdapters live;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void engineIsAway() {
    engine.behave();
    engine.die();
    await().atMost(SOON).until(() -> !live.engineIsUp());
  }

  @AfterEach
  void engineIsBack() {
    engine.start();
  }

  @Test
  void givesAnAdapterToOneOfManyThatClaimAtOnce() throws Exception {
    AdapterPublished one = added("claim-a");
    AdapterPublished two = added("claim-b");
    List<Callable<Optional<Adapter>>> claims =
        IntStream.range(0, 8).<Callable<Optional<Adapter>>>mapToObj(i -> adapters::claim).toList();

    List<String> claimed;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      claimed =
          threads.invokeAll(claims).stream()
              .map(future -> future.resultNow())
              .flatMap(Optional::stream)
              .map(Adapter::id)
              .toList();
    }

    assertThat(claimed).containsExactlyInAnyOrder(one.adapterId(), two.adapterId());
    claimed.forEach(id -> settleAway(id));
  }

  @Test
  void letsAnotherTakeOverAfterTheLeaseAndDropsTheLateOutcome() {
    AdapterPublished published = added("lease");
    Adapter first = adapters.claim().orElseThrow();
    assertThat(adapters.claim()).isEmpty();
    expire(published);

    Adapter second = adapters.claim().orElseThrow();

    assertThat(adapters.settle(first, new Outcome.Refused("late", "late"))).isFalse();
    assertThat(adapters.settle(second, new Outcome.Same(1))).isTrue();
    await()
        .atMost(SOON)
        .until(() -> !mesh.events(AdapterServing.class, published.adapterId()).isEmpty());
    assertThat(mesh.events(AdapterEvent.class, published.adapterId())).hasSize(1);
  }

  @Test
  void keepsAClaimByItsOwnFenceAlone() {
    AdapterPublished published = added("fence");
    Adapter first = adapters.claim().orElseThrow();
    expire(published);
    Adapter second = adapters.claim().orElseThrow();
    expire(published);

    adapters.renewLease(published.adapterId(), first.lease().fence());
    Adapter third = adapters.claim().orElseThrow();
    expire(published);
    adapters.renewLease(published.adapterId(), third.lease().fence());

    assertThat(third.lease().fence()).isGreaterThan(second.lease().fence());
    assertThat(adapters.claim()).isEmpty();
    settleAway(published.adapterId());
  }

  @Test
  void dropsTheOutcomeOfAnAdapterThatWasRetiredMeanwhile() {
    AdapterPublished published = added("retired");
    Adapter claimed = adapters.claim().orElseThrow();
    adapters.retire("acme", published.model());

    assertThat(adapters.settle(claimed, new Outcome.Same(1))).isFalse();
  }

  private AdapterPublished added(String suffix) {
    AdapterPublished published = mesh.adapter(suffix, suffix + "-weights");
    QuarkusTransaction.requiringNew()
        .run(() -> adapters.add(new Scope("acme", "run-1"), published));
    return published;
  }

  private static void expire(AdapterPublished published) {
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                Adapter.update(
                    "lease.until = ?1 where id = ?2", Instant.EPOCH, published.adapterId()));
  }

  private void settleAway(String id) {
    QuarkusTransaction.requiringNew()
        .run(() -> Adapter.<Adapter>findById(id).refuse("test", "over"));
  }
}
