package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StableHashTest {

  /** The values for one and six letters are those that Fowler, Noll and Vo publish. */
  @Test
  void givesTheSameInEveryVersion() {
    assertThat(StableHash.and(StableHash.START, "")).isEqualTo(StableHash.START);
    assertThat(StableHash.and(StableHash.START, "a")).isEqualTo(0xaf63dc4c8601ec8cL);
    assertThat(StableHash.and(StableHash.START, "foobar")).isEqualTo(0x85944171f73967e8L);
    assertThat(StableHash.and(StableHash.START, "股")).isEqualTo(0xafe41c4c86dbd94cL);
    assertThat(StableHash.place(0x85944171f73967e8L)).isEqualTo(0.17239530597254804);
  }
}
