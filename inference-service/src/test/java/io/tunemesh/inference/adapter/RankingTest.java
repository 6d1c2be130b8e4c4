package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Pools;
import io.tunemesh.platform.blob.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static final int ADAPTERS = 3000;

  private final List<Engine> engines = Pools.engines("http://a:1", "http://b:1", "http://c:1");

  @Test
  void isTheSameForAReplicaThatKnowsTheEnginesInAnotherOrder() {
    List<Engine> others = Pools.engines("http://c:1", "http://a:1", "http://b:1");

    for (int i = 0; i < 100; i++) {
      assertThat(urls(Ranking.of(adapter(i), others)))
          .isEqualTo(urls(Ranking.of(adapter(i), engines)));
    }
  }

  @Test
  void sharesTheAdaptersOutEvenly() {
    Map<String, Integer> homes = new HashMap<>();
    for (int i = 0; i < ADAPTERS; i++) {
      homes.merge(Ranking.of(adapter(i), engines).getFirst().url(), 1, Integer::sum);
    }

    assertThat(homes.values()).hasSize(3).allSatisfy(n -> assertThat(n).isBetween(900, 1100));
  }

  @Test
  void movesOnlyTheAdaptersOfAnEngineThatIsGone() {
    List<Engine> left = engines.subList(0, 2);

    for (int i = 0; i < ADAPTERS; i++) {
      List<String> before = urls(Ranking.of(adapter(i), engines));
      List<String> now = urls(Ranking.of(adapter(i), left));
      assertThat(now).isEqualTo(before.stream().filter(url -> !url.equals("http://c:1")).toList());
    }
  }

  private static List<String> urls(List<Engine> engines) {
    return engines.stream().map(Engine::url).toList();
  }

  private static Served adapter(int i) {
    String digest = Digests.sha256(String.valueOf(i).getBytes(StandardCharsets.UTF_8));
    String name = "m" + i + "@" + digest.substring(0, 16);
    return new Served("ad-" + i, "acme", "m" + i, "base", "lora", List.of(), name);
  }
}
