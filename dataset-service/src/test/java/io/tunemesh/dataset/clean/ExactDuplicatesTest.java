package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ExactDuplicatesTest {

  @Test
  void findsEveryTextAgainHoweverManyThereAre() throws IOException {
    try (ExactDuplicates seen = new ExactDuplicates()) {
      for (int i = 0; i < 30_000; i++) {
        assertThat(seen.add("text " + i, 7L << 32 | i)).isEmpty();
      }
      for (int i = 0; i < 30_000; i++) {
        assertThat(seen.add("Text, " + i, -1)).hasValue(7L << 32 | i);
      }
    }
  }

  @Test
  void tellsEntriesOfOneHashApart() throws IOException {
    try (Chains chains = new Chains()) {
      for (int i = 0; i < 9_000; i++) {
        chains.add(i % 3 == 0 ? 5 : 5 + (i << 13));
      }
      long found = 0;
      for (long e = chains.newest(5); e != Chains.NONE; e = chains.older(e)) {
        assertThat(e % 3).isZero();
        found++;
      }
      assertThat(found).isEqualTo(3_000);
      assertThat(chains.newest(6)).isEqualTo(Chains.NONE);
    }
  }
}
