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
  void isKnownByThreeNames() {
    assertThat(Priority.named("high")).isEqualTo(Priority.HIGH);
    assertThat(Priority.named(null)).isNull();
    assertThatThrownBy(() -> Priority.named("urgent")).isInstanceOf(Refusal.class);
  }
}
