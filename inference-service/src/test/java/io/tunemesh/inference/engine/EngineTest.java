package io.tunemesh.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EngineTest {

  @Test
  void makesRoomByTheAdapterThatWasUsedLeast() {
    Engine engine = Pools.engine(2, Map.of());
    load(engine, "often", 5);
    load(engine, "seldom", 1);

    Engine.Place place = engine.place("new");

    assertThat(place.isNew()).isTrue();
    assertThat(place.out().name()).isEqualTo("seldom");
    assertThat(names(engine)).containsExactlyInAnyOrder("often", "new");
  }

  @Test
  void keepsAnAdapterOnWhichARequestRuns() {
    Engine engine = Pools.engine(1, Map.of());
    load(engine, "busy", 0);
    Seat seat = Seat.in(engine, "busy");

    assertThat(engine.place("new")).isNull();
    assertThat(engine.priceOfRoom()).isInfinite();
    seat.close();

    assertThat(engine.place("new").out().name()).isEqualTo("busy");
    assertThat(Seat.in(engine, "busy")).isNull();
  }

  @Test
  void letsOneLoadAnAdapterAndOthersWaitForIt() {
    Engine engine = Pools.engine(1, Map.of());
    Engine.Place first = engine.place("a");
    Engine.Place second = engine.place("a");
    assertThat(first.isNew()).isTrue();
    assertThat(second.isNew()).isFalse();
    assertThat(Seat.in(engine, "a")).isNull();

    engine.notLoaded(first.copy(), new EngineError(422, "x", "broken"));

    assertThat(second.copy().loaded()).isCompletedExceptionally();
    assertThat(engine.hasRoom()).isTrue();
  }

  @Test
  void takesOverWhatAnotherReplicaHasLoadedAndForgetsWhatIsGone() {
    Engine engine = Pools.engine(8, Map.of());
    engine.holds(Set.of("theirs", "both"), System.nanoTime());
    assertThat(engine.has("theirs")).isTrue();

    engine.holds(Set.of("both"), System.nanoTime());

    assertThat(names(engine)).containsExactly("both");
  }

  @Test
  void believesNoListThatIsOlderThanALoadOrAnUnload() {
    Engine engine = Pools.engine(8, Map.of());
    load(engine, "out", 0);
    long asked = System.nanoTime();
    load(engine, "in", 0);
    engine.drop(engine.copy("out"));
    engine.unloaded("out");

    engine.holds(Set.of("out"), asked);

    assertThat(names(engine)).containsExactly("in");
  }

  @Test
  void forgetsWhatItRefusedWhenItComesBackAsItMayBeAnother() {
    Engine engine = Pools.engine(8, Map.of());
    engine.refuses("a", "too large");
    assertThat(engine.refusal("a")).isEqualTo("too large");

    engine.isDown("killed");
    assertThat(engine.isUp()).isFalse();
    engine.holds(Set.of(), System.nanoTime());

    assertThat(engine.isUp()).isTrue();
    assertThat(engine.refusal("a")).isNull();
  }

  @Test
  void isLeftAloneWhileItAnswersWithFailures() {
    Engine engine =
        Pools.engine(
            8, Map.of("tunemesh.pool.breaker.answers", "4", "tunemesh.pool.breaker.pause", "1h"));
    for (int i = 0; i < 4; i++) {
      try (Seat seat = Seat.in(engine, null)) {
        seat.failed();
      }
    }

    assertThat(engine.isWell()).isFalse();
    assertThat(engine.isUp()).isTrue();
    assertThat(Seat.in(engine, null)).isNull();
    assertThat(engine.running()).isZero();
  }

  @Test
  void isTriedWithOneRequestAfterThePause() {
    Engine engine =
        Pools.engine(
            8, Map.of("tunemesh.pool.breaker.answers", "4", "tunemesh.pool.breaker.pause", "1ms"));
    for (int i = 0; i < 4; i++) {
      try (Seat seat = Seat.in(engine, null)) {
        seat.failed();
      }
    }
    Seat trial = Seat.in(engine, null);
    while (trial == null) {
      trial = Seat.in(engine, null);
    }
    assertThat(Seat.in(engine, null)).isNull();

    trial.succeeded();

    assertThat(engine.isWell()).isTrue();
    trial.close();
  }

  @Test
  void isSuspectWhileItsModelsListIsLate() throws InterruptedException {
    Engine engine = Pools.engine(8, Map.of("tunemesh.pool.suspect-after", "1ms"));
    engine.asking();
    while (engine.isWell()) {
      Thread.sleep(1);
    }

    engine.asked();

    assertThat(engine.isWell()).isTrue();
  }

  @Test
  void saysWhatIsWrongWithItsSettings() {
    assertThatThrownBy(() -> new EngineSpec("ftp://x", "m", Optional.empty(), 1, 1, Set.of()))
        .hasMessageContaining("http://");
    assertThatThrownBy(() -> new EngineSpec("http://x", "m", Optional.empty(), 8, 4, Set.of()))
        .hasMessageContaining("max-cpu-loras");
  }

  @Test
  void readsAPoolAndFallsBackToTheOneEngine() {
    assertThat(Pools.engines(Map.of()).all())
        .extracting(Engine::url)
        .containsExactly("http://127.0.0.1:8000");
    Engines two =
        Pools.engines(
            Map.of(
                "tunemesh.engines[0].url", "http://a:1/",
                "tunemesh.engines[0].kinds", "lora,qlora",
                "tunemesh.engines[1].url", "http://b:1",
                "tunemesh.engines[1].model", "other"));
    assertThat(two.all()).extracting(Engine::url).containsExactly("http://a:1", "http://b:1");
    assertThat(two.models()).containsExactly(Pools.MODEL, "other");
    assertThat(two.mayServe(Pools.MODEL, "dora")).isFalse();
    assertThat(two.mayServe("other", "dora")).isTrue();
  }

  private static void load(Engine engine, String name, int uses) {
    Engine.Place place = engine.place(name);
    engine.loaded(place.copy());
    for (int i = 0; i < uses; i++) {
      Seat.in(engine, name).close();
    }
  }

  private static Set<String> names(Engine engine) {
    return engine.copies().stream().map(Copy::name).collect(Collectors.toSet());
  }
}
