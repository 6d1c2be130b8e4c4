package io.tunemesh.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EngineTest {

  @Test
  void makesRoomByTheAdapterThatWasUsedLeast() {
    Engine engine = Pools.engine(2, Map.of());
    load(engine, "often", 5);
    load(engine, "seldom", 1);

    Places.Place place = engine.places().take("new");

    assertThat(place.isNew()).isTrue();
    assertThat(place.out()).extracting(Copy::name).containsExactly("seldom");
    assertThat(engine.has("seldom")).isFalse();
    assertThat(Seat.in(engine, "seldom")).isNull();
    assertThat(engine.places().hasRoom()).isFalse();
  }

  @Test
  void keepsAnAdapterOnWhichARequestRuns() {
    Engine engine = Pools.engine(1, Map.of());
    load(engine, "busy", 0);
    Seat seat = Seat.in(engine, "busy");

    assertThat(engine.places().take("new")).isNull();
    assertThat(engine.places().priceOfRoom()).isInfinite();
    seat.close();

    assertThat(engine.places().take("new").out()).extracting(Copy::name).containsExactly("busy");
    assertThat(Seat.in(engine, "busy")).isNull();
  }

  @Test
  void letsOneLoadAnAdapterAndOthersWaitForIt() {
    Engine engine = Pools.engine(1, Map.of());
    Places.Place first = engine.places().take("a");
    Places.Place second = engine.places().take("a");
    assertThat(first.isNew()).isTrue();
    assertThat(second.isNew()).isFalse();
    assertThat(Seat.in(engine, "a")).isNull();

    engine.places().notLoaded(first, new EngineError(422, "x", "broken"));

    assertThat(second.copy().loaded()).isCompletedExceptionally();
    assertThat(engine.places().hasRoom()).isTrue();
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
    engine.places().unloaded(engine.places().leaving("out"));

    engine.holds(Set.of("out"), asked);

    assertThat(names(engine)).containsExactly("in");
  }

  @Test
  void believesNoListThatComesAfterANewerOne() {
    Engine engine = Pools.engine(8, Map.of());
    load(engine, "out", 0);
    long asked = System.nanoTime();
    engine.places().unloaded(engine.places().leaving("out"));
    engine.holds(Set.of("theirs"), System.nanoTime());

    engine.holds(Set.of("out"), asked);

    assertThat(names(engine)).containsExactly("theirs");
  }

  @Test
  void keepsThePlaceOfAnAdapterUntilItIsOut() {
    Engine engine = Pools.engine(1, Map.of());
    load(engine, "going", 0);

    Copy going = engine.places().leaving("going");

    assertThat(Seat.in(engine, "going")).isNull();
    assertThat(engine.places().leaving("going")).isNull();
    assertThat(engine.places().take("going")).isNull();
    assertThat(engine.places().take("next")).isNull();
    // A list that was read while it was unloaded.
    engine.holds(Set.of("going"), System.nanoTime());
    assertThat(engine.has("going")).isFalse();
    assertThat(engine.places().take("next")).isNull();

    engine.places().unloaded(going);
    assertThat(engine.places().take("next").isNew()).isTrue();
  }

  @Test
  void hasTheEnginesListTellWhetherAFailedUnloadTookTheAdapterOut() {
    Engine engine = Pools.engine(2, Map.of());
    load(engine, "stayed", 0);
    load(engine, "went", 0);
    long before = System.nanoTime();
    engine.places().maybeUnloaded(engine.places().leaving("stayed"));
    engine.places().maybeUnloaded(engine.places().leaving("went"));
    engine.holds(Set.of("stayed", "went"), before);
    assertThat(engine.places().take("new")).isNull();

    engine.holds(Set.of("stayed"), System.nanoTime());

    assertThat(engine.has("stayed")).isTrue();
    assertThat(engine.places().take("new").isNew()).isTrue();
  }

  @Test
  void hasTheEnginesListTellWhetherALoadWithoutAnAnswerBroughtTheAdapterIn() throws Exception {
    Engine engine = Pools.engine(1, Map.of());
    Places.Place place = engine.places().take("slow");
    engine.places().maybeLoaded(place, new EngineTimeout("slow"));
    assertThat(place.copy().loaded()).isCompletedExceptionally();
    assertThat(engine.places().take("other")).isNull();

    engine.holds(Set.of("slow"), System.nanoTime());

    assertThat(engine.places().take("slow").copy().loaded().get().isReady()).isTrue();
  }

  @Test
  void letsWhatWasToMakeRoomStayWhereTheLoadWasNotBegun() {
    Engine engine = Pools.engine(1, Map.of());
    load(engine, "stays", 0);
    Places.Place place = engine.places().take("broken");

    engine.places().notLoaded(place, new EngineTimeout("no files"));

    assertThat(engine.has("stays")).isTrue();
    assertThat(engine.places().taken()).isEqualTo(1);
  }

  @Test
  void takesNothingThatOnlyAnotherReplicaUsesForASpareCopy() {
    Engine engine = Pools.engine(2, Map.of());
    load(engine, "ours", 0);
    engine.holds(Set.of("ours", "theirs"), System.nanoTime());

    assertThat(engine.places().priceOfSpareRoom()).isZero();
    Seat.in(engine, "ours").close();
    assertThat(engine.places().priceOfSpareRoom()).isPositive();
    assertThat(engine.places().leaving("ours")).isNotNull();
    assertThat(engine.places().priceOfSpareRoom()).isInfinite();
    Seat.in(engine, "theirs").close();
    assertThat(engine.places().priceOfSpareRoom()).isFinite();
  }

  @Test
  void makesRoomByWhatIsThereForLongestWhereNothingElseIsKnown() {
    Engine engine = Pools.engine(2, Map.of("tunemesh.pool.half-life", "1s"));
    engine.holds(Set.of("first"), System.nanoTime());
    engine.holds(Set.of("first", "second"), System.nanoTime());

    assertThat(engine.places().take("new").out()).extracting(Copy::name).containsExactly("first");
  }

  @Test
  void makesRoomForWhatTwoReplicasLoadedAtOnce() {
    Engine engine = Pools.engine(2, Map.of());
    engine.holds(Set.of("a", "b", "c"), System.nanoTime());
    Seat seat = Seat.in(engine, "a");

    assertThat(engine.places().take("d").out()).hasSize(2);
    seat.close();
  }

  @Test
  void keepsWhatHasJustComeAndWhatIsInUseWhereItHoldsTooMuch() {
    Engine engine = Pools.engine(2, Map.of());
    load(engine, "busy", 0);
    load(engine, "old", 9);
    Seat seat = Seat.in(engine, "busy");
    long start = System.nanoTime();
    engine.holds(Set.of("busy", "old", "new-1", "new-2"), System.nanoTime());

    List<Copy> surplus = engine.places().surplus(start);

    assertThat(surplus).extracting(Copy::name).containsExactly("old", "new-1");
    assertThat(engine.places().surplus(start)).as("they are on their way").isEmpty();
    surplus.forEach(Copy::stay);
    assertThat(engine.places().surplus(start)).hasSize(2);
    seat.close();
  }

  @Test
  void takesOutNothingElseWhereRequestsRunOnWhatAllReplicasChoose() {
    Engine engine = Pools.engine(1, Map.of());
    long start = System.nanoTime();
    engine.holds(Set.of("new-1", "new-2"), System.nanoTime());
    Seat seat = Seat.in(engine, "new-1");

    assertThat(engine.places().surplus(start)).isEmpty();

    assertThat(engine.has("new-1")).isTrue();
    assertThat(engine.has("new-2")).as("the other replica keeps it").isTrue();
    List<Copy> later = engine.places().surplus(System.nanoTime());
    assertThat(later).as("at the next look").extracting(Copy::name).containsExactly("new-2");
    later.forEach(Copy::stay);
    seat.close();
    assertThat(engine.places().surplus(start)).extracting(Copy::name).containsExactly("new-1");
  }

  @Test
  void takesOutWhatIsIdleWhereRequestsRunOnWhatAllReplicasKeep() {
    Engine engine = Pools.engine(1, Map.of());
    long start = System.nanoTime();
    engine.holds(Set.of("new-1", "new-2"), System.nanoTime());
    Seat seat = Seat.in(engine, "new-2");

    assertThat(engine.places().surplus(start)).extracting(Copy::name).containsExactly("new-1");
    seat.close();
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
  void isSuspectWhileItIsLateToSayHowItIs() throws InterruptedException {
    Engine engine = Pools.engine(8, Map.of("tunemesh.pool.suspect-after", "1ms"));
    engine.asking();
    while (engine.isWell()) {
      Thread.sleep(1);
    }

    engine.asked(null);

    assertThat(engine.isWell()).isTrue();
  }

  @Test
  void countsAsSilentAfterAStallUntilItBeginsAnAnswer() {
    Engine engine = Pools.engine(8, Map.of("tunemesh.pool.breaker.pause", "1h"));
    engine.stalls();
    assertThat(engine.isSilent()).isTrue();
    assertThat(engine.isDeaf()).isFalse();
    assertThat(engine.isUp()).isTrue();

    try (Seat seat = Seat.in(engine, null)) {
      seat.succeeded();
    }

    assertThat(engine.isWell()).isTrue();
  }

  @Test
  void isTriedByOneQuestionAfterAStall() throws InterruptedException {
    Engine engine = Pools.engine(8, Map.of("tunemesh.pool.breaker.pause", "3s"));
    engine.stalls();
    while (engine.isSilent()) {
      Thread.sleep(1);
    }

    try (Seat seat = Seat.in(engine, null)) {
      assertThat(engine.isSilent()).isTrue();
      assertThat(seat.isUnheard()).isFalse();
      engine.isDown("killed");
      assertThat(seat.isUnheard()).isTrue();
    }
  }

  @Test
  void isGivenUpByTheQuestionThatTriesItWhenThatHasWaitedLong() throws InterruptedException {
    Engine engine = Pools.engine(8, Map.of("tunemesh.pool.pause.well", "1ms"));
    engine.stalls();
    try (Seat slow = Seat.in(engine, null)) {
      Thread.sleep(2);
      assertThat(slow.isUnheard()).isTrue();

      try (Seat other = Seat.in(engine, null)) {
        other.succeeded();
      }

      assertThat(slow.isUnheard()).isFalse();
    }
  }

  @Test
  void isAsWellAsBeforeItsStallWhenItWasStartedAnew() {
    Engine engine = Pools.engine(8, Map.of("tunemesh.pool.breaker.pause", "1h"));
    engine.stalls();
    engine.isDown("killed");

    engine.holds(Set.of(), System.nanoTime());

    assertThat(engine.isWell()).isTrue();
  }

  @Test
  void isAskedForClassesWhereItHasThem() {
    Engines two =
        Pools.engines(
            Map.of(
                "tunemesh.engines[0].url", "http://a:1",
                "tunemesh.engines[1].url", "http://b:1",
                "tunemesh.engines[1].classify-path", "/v1/classify"));

    assertThat(two.all())
        .extracting(engine -> engine.spec().address("/v1/classify"))
        .containsExactly("http://a:1/classify", "http://b:1/v1/classify");
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
    Places.Place place = engine.places().take(name);
    engine.places().loaded(place.copy());
    for (int i = 0; i < uses; i++) {
      Seat.in(engine, name).close();
    }
  }

  private static Set<String> names(Engine engine) {
    return Stream.of("theirs", "both", "in", "out").filter(engine::has).collect(Collectors.toSet());
  }
}
