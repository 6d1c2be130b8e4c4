package io.tunemesh.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EngineSpecTest {

  @Test
  void isNamedByItsHostAndPort() {
    assertThat(spec("http://engine:8000/", 1, 1).name()).isEqualTo("engine:8000");
    assertThat(spec("https://engine", 1, 1).name()).isEqualTo("engine");
    assertThat(spec("http://my_engine_1:8000/base", 1, 1).name()).isEqualTo("my_engine_1:8000");
    assertThat(spec("http://me:secret@my_engine:80", 1, 1).name()).isEqualTo("my_engine:80");
  }

  @Test
  void saysWhatIsWrongWithItsSettings() {
    assertThatThrownBy(() -> spec("ftp://x", 1, 1)).hasMessageContaining("http://");
    assertThatThrownBy(() -> spec("http:x", 1, 1)).hasMessageContaining("a host");
    assertThatThrownBy(() -> spec("http://x", 8, 4)).hasMessageContaining("max-cpu-loras");
  }

  private static EngineSpec spec(String url, int maxLoras, int maxCpuLoras) {
    return new EngineSpec(url, "m", Optional.empty(), maxLoras, maxCpuLoras, "/classify", Set.of());
  }
}
