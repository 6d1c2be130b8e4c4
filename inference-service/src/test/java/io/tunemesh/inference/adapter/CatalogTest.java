package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Pools;
import io.tunemesh.platform.event.Scope;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Adapters that come and go while the rows are read. */
class CatalogTest {

  /** The models in service; a row that was read does not change with them. */
  private final Set<String> rows = new LinkedHashSet<>();

  private long changes;
  private Runnable meanwhile = () -> {};

  /** Not a class with a name, or it would be a bean beside that which it stands for. */
  private final Adapters adapters =
      new Adapters(null, null, null, null, null) {
        @Override
        List<Adapter> active() {
          List<Adapter> read = rows.stream().map(CatalogTest::row).toList();
          meanwhile();
          return read;
        }

        @Override
        Edition edition() {
          return new Edition(2, changes);
        }
      };

  private final Catalog catalog =
      new Catalog(adapters, Pools.config(Map.of()).getConfigMapping(PoolConfig.class));

  @Test
  void keepsWhatWasAddedSinceTheRowsWereRead() {
    serve("before");
    meanwhile =
        () -> {
          serve("meanwhile");
          add("meanwhile");
        };

    catalog.refresh();

    assertThat(has("before")).isTrue();
    assertThat(has("meanwhile")).isTrue();
    catalog.refresh();
    assertThat(has("meanwhile")).isTrue();
  }

  @Test
  void leavesOutWhatWasRemovedSinceTheRowsWereRead() {
    serve("retired");
    meanwhile =
        () -> {
          retire("retired");
          catalog.remove("retired");
        };

    catalog.refresh();

    assertThat(has("retired")).isFalse();
    catalog.refresh();
    assertThat(has("retired")).isFalse();
  }

  @Test
  void seesAtTheNextReadingWhatAnotherReplicaHasChanged() {
    serve("ours");
    add("ours");
    serve("theirs");
    catalog.refresh();
    assertThat(has("ours") && has("theirs")).isTrue();

    retire("theirs");
    catalog.refresh();

    assertThat(has("ours")).isTrue();
    assertThat(has("theirs")).isFalse();
  }

  @Test
  void putsRightAtTheNextReadingWhatWasAddedAfterItWasRetired() {
    serve("late");
    retire("late");
    catalog.remove("late");
    catalog.refresh();

    add("late");

    catalog.refresh();
    assertThat(has("late")).isFalse();
  }

  private void meanwhile() {
    Runnable once = meanwhile;
    meanwhile = () -> {};
    once.run();
  }

  private void serve(String model) {
    rows.add(model);
    changes++;
  }

  private void retire(String model) {
    rows.remove(model);
    changes++;
  }

  private void add(String model) {
    Adapter adapter = row(model);
    catalog.add(Served.of(adapter), adapter.createdAt().toEpochMilli());
  }

  private static Adapter row(String model) {
    BlobRef blob = new BlobRef(model, "0".repeat(64), 1L);
    Adapter adapter =
        Adapter.published(
            new Scope("acme", null),
            new AdapterPublished(
                "ad-" + model,
                "ftjob-" + model,
                model,
                "base",
                "lora",
                List.of(new AdapterFile("adapter_config.json", blob)),
                null,
                null),
            Instant.EPOCH);
    adapter.claim("replica", Instant.EPOCH, Instant.EPOCH.plusSeconds(60));
    adapter.serve();
    return adapter;
  }

  private boolean has(String model) {
    return catalog.of("acme", model).isPresent();
  }
}
