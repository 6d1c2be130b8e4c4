package io.tunemesh.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class OutagesTest {

  @Test
  void knowsADatabaseThatIsAway() {
    assertThat(Outages.isOutage(wrapped(new SQLException("refused", "08001")))).isTrue();
    assertThat(Outages.isOutage(wrapped(new SQLException("shuts down", "57P01")))).isTrue();
    assertThat(Outages.isOutage(wrapped(new SQLException("too many clients", "53300")))).isTrue();
    assertThat(Outages.isOutage(wrapped(new SQLException("no connection from the pool")))).isTrue();
    assertThat(Outages.isOutage(wrapped(new ConnectException("refused")))).isTrue();
  }

  @Test
  void doesNotWaitForWhatNoWaitingMends() {
    assertThat(Outages.isOutage(wrapped(new SQLException("taken", "23505")))).isFalse();
    assertThat(Outages.isOutage(wrapped(new SQLException("a NUL", "22021")))).isFalse();
    assertThat(Outages.isOutage(new IllegalStateException("a fault"))).isFalse();
    assertThat(Outages.isUnstorable(wrapped(new SQLException("a NUL", "22021")))).isTrue();
    assertThat(Outages.isUnstorable(wrapped(new SQLException("taken", "23505")))).isFalse();
  }

  private static Exception wrapped(Exception cause) {
    return new RuntimeException("outer", new IllegalStateException("inner", cause));
  }
}
