package io.tunemesh.platform.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  @Test
  void doublesUpToTheLongest() {
    assertThat(backoff.after(0)).hasSeconds(1);
    assertThat(backoff.after(1)).hasSeconds(2);
    assertThat(backoff.after(4)).hasSeconds(16);
    assertThat(backoff.after(5)).hasSeconds(30);
    assertThat(backoff.after(1_000_000)).hasSeconds(30);
  }
}
