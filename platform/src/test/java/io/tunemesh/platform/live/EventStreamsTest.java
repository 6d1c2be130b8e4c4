package io.tunemesh.platform.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.live.EventStream.Patience;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamsTest {

  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Patience ENDLESS = new Patience(NEVER, NEVER, NEVER);
  private static final LiveEvent EVENT = new LiveEvent("1", "status", "{}");

  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<EventStreams> made = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AssertSubscriber<OutboundSseEvent> client = AssertSubscriber.create(0);

  @AfterEach
  void end() {
    made.forEach(streams -> streams.stop(null));
  }

  @Test
  void asksItsSourceForNoMoreThanASlowClientHasTaken() {
    open(ENDLESS, () -> List.of(EVENT, EVENT));

    client.request(1).awaitItems(1, SOON);
    assertThat(client.getItems().getFirst().getComment()).isNotNull();
    client.request(1).awaitItems(2, SOON);

    assertThat(client.getItems().getLast().getData()).isEqualTo("{}");
    assertThat(client.getItems().getLast().getId()).isEqualTo("1");
    assertThat(asked).hasValue(1);
    assertThat(client.getItems()).hasSize(2);
  }

  @Test
  void leavesAClientThatTakesNothing() throws InterruptedException {
    open(new Patience(NEVER, Duration.ofMillis(1), NEVER), List::of);

    client.awaitCompletion(SOON);

    closed.await();
    assertThat(asked).hasValue(0);
    assertThat(client.getItems()).isEmpty();
  }

  @Test
  void showsThatItIsOpenWhenNothingComes() {
    open(new Patience(Duration.ZERO, NEVER, NEVER), List::of);

    client.request(3).awaitItems(3, SOON);

    assertThat(client.getItems()).allMatch(event -> event.getComment() != null);
  }

  @Test
  void endsWithItsClientAndWithAFaultOfItsSource() throws InterruptedException {
    open(ENDLESS, List::of);
    client.request(1).awaitItems(1, SOON);
    client.cancel();
    closed.await();

    AssertSubscriber<OutboundSseEvent> other = AssertSubscriber.create(1);
    streams(ENDLESS)
        .open(
            "acme",
            () ->
                source(
                    () -> {
                      throw new IllegalStateException("the database is away");
                    }))
        .subscribe()
        .withSubscriber(other);

    other.awaitCompletion(SOON);
  }

  @Test
  void countsAStreamThatNobodyBeganForAWhileOnly() {
    EventStreams patient = streams(ENDLESS);
    patient.open("acme", () -> source(List::of));
    assertThatThrownBy(() -> patient.open("acme", () -> source(List::of)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("1 streams are open");
    patient.open("globex", () -> source(List::of));

    EventStreams hasty = streams(new Patience(NEVER, NEVER, Duration.ZERO));
    hasty.open("acme", () -> source(List::of));

    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(Refusal.class)
        .until(() -> hasty.open("acme", () -> source(List::of)) != null);
  }

  private void open(Patience patience, Supplier<List<LiveEvent>> news) {
    streams(patience).open("acme", () -> source(news)).subscribe().withSubscriber(client);
  }

  private EventStreams streams(Patience patience) {
    EventStreams streams = new EventStreams(() -> 1, patience);
    made.add(streams);
    return streams;
  }

  private LiveSource source(Supplier<List<LiveEvent>> news) {
    return new LiveSource() {

      @Override
      public List<LiveEvent> next() {
        asked.incrementAndGet();
        return news.get();
      }

      @Override
      public boolean isOver() {
        return false;
      }

      @Override
      public void wake() {}

      @Override
      public void close() {
        closed.countDown();
      }
    };
  }
}
