package io.tunemesh.dataset.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PartTest {

  @Test
  void isFoundByItsKey() {
    for (Part part : Part.values()) {
      assertThat(Part.of(part.key())).isEqualTo(part);
    }
    assertThatThrownBy(() -> Part.of("exam")).isInstanceOf(IllegalArgumentException.class);
  }
}
