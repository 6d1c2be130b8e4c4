package io.tunemesh.inference.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.platform.http.Refusal;
import org.junit.jupiter.api.Test;

class PriorityTest {

  @Test
  void followsTheServiceTierUpToWhatIsAllowed() {
    assertThat(Priority.NORMAL.asked("priority").atMost(Priority.HIGH)).isEqualTo(Priority.HIGH);
    assertThat(Priority.NORMAL.asked("priority").atMost(Priority.NORMAL))
        .isEqualTo(Priority.NORMAL);
    assertThat(Priority.HIGH.asked("flex").atMost(Priority.NORMAL)).isEqualTo(Priority.LOW);
    assertThat(Priority.NORMAL.asked("fast").atMost(Priority.HIGH)).isEqualTo(Priority.HIGH);
    assertThat(Priority.LOW.asked("auto")).isEqualTo(Priority.LOW);
    assertThat(Priority.HIGH.asked(null)).isEqualTo(Priority.HIGH);
  }

  @Test
  void followsANumberOfWhichTheLowerGoesFirst() {
    assertThat(Priority.asked(-3)).isEqualTo(Priority.HIGH);
    assertThat(Priority.asked(0)).isEqualTo(Priority.NORMAL);
    assertThat(Priority.asked(9)).isEqualTo(Priority.LOW);
    assertThat(Priority.asked(Priority.NORMAL.least())).isEqualTo(Priority.NORMAL);
    assertThat(Priority.asked(Priority.HIGH.least())).isEqualTo(Priority.HIGH);
  }

  @Test
  void asksAnEngineForNothingUnusualUnlessItMay() {
    assertThat(Priority.NORMAL.least()).isZero();
    assertThat(Priority.LOW.least()).isZero();
  }

  @Test
  void ofAKeyIsNoHigherThanItsTenantMayHave() {
    Limits none = limits(null, null);
    Limits urgent = limits(Priority.HIGH, Priority.HIGH);
    Limits may = limits(null, Priority.HIGH);
    Limits slow = limits(Priority.LOW, Priority.LOW);

    assertThat(Limits.highest(none, urgent)).isEqualTo(Priority.NORMAL);
    assertThat(Limits.usual(none, urgent)).isEqualTo(Priority.NORMAL);
    assertThat(Limits.highest(may, none)).isEqualTo(Priority.HIGH);
    assertThat(Limits.usual(may, none)).isEqualTo(Priority.NORMAL);
    assertThat(Limits.usual(may, urgent)).isEqualTo(Priority.HIGH);
    assertThat(Limits.highest(may, slow)).isEqualTo(Priority.LOW);
    assertThat(Limits.highest(slow, urgent)).isEqualTo(Priority.LOW);
    assertThat(Limits.usual(slow, urgent)).isEqualTo(Priority.LOW);
    assertThat(Limits.usual(urgent, none)).isEqualTo(Priority.HIGH);
    assertThat(Limits.highest(limits(Priority.HIGH, null), none)).isEqualTo(Priority.HIGH);
  }

  private static Limits limits(Priority priority, Priority highest) {
    return new Limits(null, null, null, null, priority, highest);
  }

  @Test
  void isKnownByThreeNames() {
    assertThat(Priority.named("high")).isEqualTo(Priority.HIGH);
    assertThat(Priority.named(null)).isNull();
    assertThatThrownBy(() -> Priority.named("urgent")).isInstanceOf(Refusal.class);
  }
}
