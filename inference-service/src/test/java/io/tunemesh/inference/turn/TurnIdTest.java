package io.tunemesh.inference.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TurnIdTest {

  @Test
  void isNeverGivenTwice() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      ids.add(TurnId.next());
    }

    assertThat(ids).hasSize(100_000).allMatch(id -> id.matches("turn-[0-9a-f]{32}"));
  }

  /** A shadow is asked for a share of the turns by them. */
  @Test
  void hasLastDigitsThatAreSpreadEvenly() {
    int low = 0;
    for (int i = 0; i < 100_000; i++) {
      String id = TurnId.next();
      low += Integer.parseInt(id.substring(id.length() - 6), 16) < 1 << 22 ? 1 : 0;
    }

    assertThat(low).isBetween(24_000, 26_000);
  }
}
