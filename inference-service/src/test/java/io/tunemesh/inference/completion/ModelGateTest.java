package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.adapter.AdaptersConfig;
import io.tunemesh.inference.adapter.Catalog;
import io.tunemesh.inference.adapter.LiveAdapters;
import io.tunemesh.inference.adapter.Loads;
import io.tunemesh.inference.adapter.Placement;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ModelGateTest {

  @Inject Scenario scenario;
  @Inject LiveAdapters live;
  @Inject Catalog catalog;
  @Inject Placement placement;
  @Inject Loads loads;
  @Inject Engines engines;
  @Inject AdaptersConfig config;

  @BeforeEach
  void wellBehaved() {
    StubEngineResource.engine().behave();
  }

  @Test
  void asksNoDatabaseForAModelThatIsKnownToServe() {
    String model = scenario.serves("known").model();
    ModelGate gate = new ModelGate(live, null, catalog, placement, loads, engines, config);

    assertThat(gate.none("acme", model).code()).isEqualTo("model_loading");
  }
}
