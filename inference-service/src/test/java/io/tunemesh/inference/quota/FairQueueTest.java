package io.tunemesh.inference.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tunemesh.inference.quota.QueueRefused.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int ANY = Integer.MAX_VALUE;

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @Test
  void takesTurnsBetweenATenantWithManyQuestionsAndOneWithFew() throws Exception {
    FairQueue queue = queue(1, 100, 100);
    Ticket first = ticket("busy", 1, Priority.NORMAL);
    assertThat(queue.enter(first)).isTrue();
    for (int i = 0; i < 6; i++) {
      waits(queue, ticket("busy", 1, Priority.NORMAL), "busy");
    }
    waits(queue, ticket("quiet", 1, Priority.NORMAL), "quiet");
    waits(queue, ticket("quiet", 1, Priority.NORMAL), "quiet");

    drain(queue, first, 8);

    assertThat(order.subList(0, 4)).containsExactlyInAnyOrder("busy", "quiet", "busy", "quiet");
  }

  @Test
  void sharesAFullHouseByWeight() throws Exception {
    FairQueue queue = queue(1, 1000, 1000);
    Ticket first = ticket("other", 1, Priority.NORMAL);
    assertThat(queue.enter(first)).isTrue();
    for (int i = 0; i < 40; i++) {
      waits(queue, ticket("light", 1, Priority.NORMAL), "light");
      waits(queue, ticket("heavy", 3, Priority.NORMAL), "heavy");
    }

    drain(queue, first, 80);

    assertThat(Collections.frequency(order.subList(0, 40), "heavy")).isBetween(29, 31);
  }

  @Test
  void putsATenantBackWhoseAnswersCostMoreThanWasThought() throws Exception {
    FairQueue queue = queue(1, 100, 100);
    Ticket dear = ticket("dear", 1, Priority.NORMAL);
    assertThat(queue.enter(dear)).isTrue();
    for (int i = 0; i < 3; i++) {
      waits(queue, ticket("dear", 1, Priority.NORMAL), "dear");
      waits(queue, ticket("cheap", 1, Priority.NORMAL), "cheap");
    }

    queue.leave(dear, 1000);
    finishAll(queue, 6);

    assertThat(order.subList(0, 3)).containsOnly("cheap");
  }

  @Test
  void letsHigherPrioritiesGoFirstWithinATenantOnly() throws Exception {
    FairQueue queue = queue(1, 100, 100);
    Ticket first = ticket("a", 1, Priority.NORMAL);
    assertThat(queue.enter(first)).isTrue();
    waits(queue, ticket("a", 1, Priority.LOW), "a-low");
    waits(queue, ticket("a", 1, Priority.NORMAL), "a-normal");
    waits(queue, ticket("a", 1, Priority.HIGH), "a-high");
    waits(queue, ticket("b", 1, Priority.LOW), "b-low");

    drain(queue, first, 4);

    assertThat(order.stream().filter(name -> name.startsWith("a")))
        .containsExactly("a-high", "a-normal", "a-low");
    assertThat(order.indexOf("b-low")).isLessThan(order.indexOf("a-normal"));
  }

  @Test
  void keepsTheLimitsOfTenantAndKeyWithoutHoldingUpOthers() throws Exception {
    FairQueue queue = queue(10, 100, 100);
    Ticket one = new Ticket("a", "k1", 1, 2, 1, Priority.NORMAL, 1, 1);
    assertThat(queue.enter(one)).isTrue();
    waits(queue, new Ticket("a", "k1", 1, 2, 1, Priority.NORMAL, 1, 1), "k1");
    // Another key of the tenant passes the one that waits; a third is too many for the tenant.
    Ticket two = new Ticket("a", "k2", 1, 2, 1, Priority.NORMAL, 1, 1);
    assertThat(queue.enter(two)).isTrue();
    waits(queue, new Ticket("a", "k3", 1, 2, 1, Priority.NORMAL, 1, 1), "k3");
    assertThat(queue.enter(ticket("b", 1, Priority.NORMAL))).isTrue();
    assertThat(queue.waiting()).isEqualTo(2);

    queue.leave(one, 1);

    await().atMost(LONG).until(() -> order.equals(List.of("k1")));
    assertThat(queue.waiting()).isEqualTo(1);
  }

  @Test
  void refusesATenantThatFillsItsPartAndAllWhenItIsFull() throws Exception {
    FairQueue queue = queue(1, 3, 2);
    assertThat(queue.enter(ticket("a", 1, Priority.NORMAL))).isTrue();
    waits(queue, ticket("a", 1, Priority.NORMAL), "a");
    waits(queue, ticket("a", 1, Priority.NORMAL), "a");

    assertRefused(queue, "a", LONG, Why.TENANT_FULL);
    waits(queue, ticket("b", 1, Priority.NORMAL), "b");
    assertRefused(queue, "c", LONG, Why.FULL);
    assertThat(queue.waiting()).isEqualTo(3);
  }

  @Test
  void refusesWhoseBodiesAreTooLargeToBeHeldWhileTheyWait() throws Exception {
    FairQueue queue = new FairQueue(1, 100, 100, 25, 15);
    Ticket first = sized("a", 1000);
    assertThat(queue.enter(first)).isTrue();
    // One that waits alone would be refused whenever it came.
    Ticket large = sized("a", 1000);
    assertThat(queue.enter(large)).isFalse();
    queue.leave(large, 0);
    Ticket waiting = sized("a", 10);
    assertThat(queue.enter(waiting)).isFalse();

    assertRefused(queue, sized("a", 10), Why.TENANT_FULL);
    assertThat(queue.enter(sized("b", 10))).isFalse();
    assertRefused(queue, sized("c", 10), Why.FULL);

    queue.leave(waiting, 0);
    assertThat(queue.enter(sized("a", 10))).isFalse();
  }

  private static void assertRefused(FairQueue queue, Ticket ticket, Why why) {
    assertThatThrownBy(() -> queue.enter(ticket))
        .isInstanceOfSatisfying(
            QueueRefused.class, refused -> assertThat(refused.why()).isEqualTo(why));
  }

  private static Ticket sized(String tenant, long bytes) {
    return new Ticket(tenant, "key", 1, ANY, ANY, Priority.NORMAL, 1, bytes);
  }

  @Test
  void forgetsAQuestionWhosePatienceEndsOrWhoseAskerGoes() throws Exception {
    FairQueue queue = queue(1, 10, 10);
    Ticket first = ticket("a", 1, Priority.NORMAL);
    assertThat(queue.enter(first)).isTrue();
    assertRefused(queue, "a", Duration.ofMillis(10), Why.TIMED_OUT);
    Thread waiting = waits(queue, ticket("a", 1, Priority.NORMAL), "a");

    waiting.interrupt();
    waiting.join();

    assertThat(queue.waiting()).isZero();
    queue.leave(first, 1);
    assertThat(queue.running()).isZero();
  }

  @Test
  void forgetsAQuestionThatLeavesBeforeItWaited() throws Exception {
    FairQueue queue = queue(1, 10, 10);
    Ticket first = ticket("a", 1, Priority.NORMAL);
    assertThat(queue.enter(first)).isTrue();
    Ticket second = ticket("a", 1, Priority.NORMAL);
    assertThat(queue.enter(second)).isFalse();

    queue.leave(second, 1);
    queue.leave(second, 1);

    assertThat(queue.waiting()).isZero();
    queue.leave(first, 1);
    assertThat(queue.running()).isZero();
    assertThat(queue.enter(ticket("a", 1, Priority.NORMAL))).isTrue();
  }

  private static void assertRefused(FairQueue queue, String tenant, Duration patience, Why why) {
    Ticket ticket = ticket(tenant, 1, Priority.NORMAL);
    assertThatThrownBy(
            () -> {
              assertThat(queue.enter(ticket)).isFalse();
              queue.await(ticket, patience);
            })
        .isInstanceOfSatisfying(
            QueueRefused.class, refused -> assertThat(refused.why()).isEqualTo(why));
  }

  private final List<Ticket> gone = Collections.synchronizedList(new ArrayList<>());

  /** Returns when the ticket stands in the queue. */
  private Thread waits(FairQueue queue, Ticket ticket, String name) {
    int before = queue.waiting();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (!queue.enter(ticket)) {
                      queue.await(ticket, LONG);
                    }
                    order.add(name);
                    gone.add(ticket);
                  } catch (QueueRefused | InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> queue.waiting() == before + 1);
    return thread;
  }

  private void drain(FairQueue queue, Ticket first, int count) {
    queue.leave(first, 1);
    finishAll(queue, count);
  }

  /** Ends each that goes, one after another, as with one slot. */
  private void finishAll(FairQueue queue, int count) {
    for (int i = 0; i < count; i++) {
      int number = i;
      await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> gone.size() > number);
      queue.leave(gone.get(i), 1);
    }
  }

  private static FairQueue queue(int slots, int most, int mostOfTenant) {
    return new FairQueue(slots, most, mostOfTenant, ANY, ANY);
  }

  private static Ticket ticket(String tenant, double weight, Priority priority) {
    return new Ticket(tenant, "key", weight, ANY, ANY, priority, 1, 1);
  }
}
