package io.tunemesh.dataset.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.recipe.Recipes;
import io.tunemesh.platform.event.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The golden events of the contract: this service takes the ones it hears and makes its own. */
class GoldenTest {

  @Test
  void takesThePlanAndTheColumnsOfAParsedUpload()
      throws IOException, InvalidPlan, ColumnsMissing, RecipeUnclear {
    Envelope<?> envelope = golden("UploadParsed");
    UploadParsed fact = (UploadParsed) envelope.data();

    PlanCheck.check(fact.plan(), envelope.run());
    DatasetSpec.Source source = fact.plan().dataset().sources().getFirst();
    RecipeType recipe = Recipes.of(source, fact);
    assertThat(recipe.of(fact.sheets(), source.columns(), source.settings())).isNotNull();
  }

  @Test
  void takesThePlanOfARequest() throws IOException {
    Envelope<?> envelope = golden("DatasetRequested");
    DatasetRequested asked = (DatasetRequested) envelope.data();

    assertThatCode(() -> PlanCheck.check(asked.plan(), envelope.run())).doesNotThrowAnyException();
  }

  @Test
  void tellsThatADatasetWasBuilt() throws IOException {
    Envelope<?> envelope = golden("DatasetBuilt");
    DatasetBuilt told = (DatasetBuilt) envelope.data();
    Dataset dataset = building(Scope.of(envelope), told.datasetId(), told.plan());

    dataset.built(
        1,
        new DatasetFiles(
            told.task(),
            told.format(),
            told.manifest(),
            told.train(),
            told.validation(),
            told.test(),
            null,
            null,
            told.rowsIn(),
            told.rowsKept(),
            told.rowsRefused(),
            Map.of(),
            null,
            null));

    assertThat(dataset.builtFact()).isEqualTo(told);
  }

  @Test
  void tellsThatADatasetWasRejected() throws IOException {
    Envelope<?> envelope = golden("DatasetRejected");
    DatasetRejected told = (DatasetRejected) envelope.data();
    Dataset dataset = building(Scope.of(envelope), told.datasetId(), told.plan());

    dataset.rejected(1, null, told.code(), told.reason(), told.where());

    assertThat(dataset.rejectedFact()).isEqualTo(told);
  }

  private static Dataset building(Scope scope, String id, Plan plan) {
    Dataset dataset = Dataset.waiting(scope, id, plan, Duration.ofMinutes(1));
    dataset.waitsFor(plan.dataset());
    for (int i = 0; i < plan.dataset().sources().size(); i++) {
      dataset.found(i, "file-" + i);
    }
    dataset.claim("me", Instant.now(), Duration.ZERO);
    return dataset;
  }

  private static Envelope<? extends Event> golden(String name) throws IOException {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      JsonNode golden = Json.MAPPER.readTree(in);
      return CloudEvents.read(
          header -> golden.get("headers").path(header).asText(null),
          Json.MAPPER.writeValueAsBytes(golden.get("data")));
    }
  }
}
