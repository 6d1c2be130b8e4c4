package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.augment.Seed;
import io.tunemesh.dataset.build.Seeding.Kept;
import io.tunemesh.dataset.exam.Language;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedingTest {

  @TempDir Path folder;

  @Test
  void givesSeedsBackWithTheirNumbersAsTheyWere() throws Exception {
    var fields = Json.MAPPER.valueToTree(Map.of("score", new BigDecimal("0.0005")));
    Seed seed = new Seed("ex-1", Language.EN, "a", null, List.of(), null, null, null, fields, null);
    Lines lines = new Lines(folder.resolve("seeds"));
    lines.add(new Kept(seed, null));
    lines.close();

    try (MappingIterator<Kept> kept = Seeding.read(lines)) {
      assertThat(kept.next().seed().structure()).hasToString("{\"score\":0.0005}");
    }
  }
}
