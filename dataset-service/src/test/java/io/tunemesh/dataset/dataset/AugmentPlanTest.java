package io.tunemesh.dataset.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.platform.event.Scope;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a plan with {@code augment} is refused for, and what its dataset waits for. */
class AugmentPlanTest {

  @Test
  void aMistakeIsToldWithItsPlaceInThePlan() throws InvalidPlan {
    Plan plan =
        plan("{\"file\": \"a\"}, {\"file\": \"b\", \"augment\": [{\"method\": \"generate\"}]}");

    InvalidPlan invalid =
        catchThrowableOfType(InvalidPlan.class, () -> PlanCheck.check(plan, "run-1"));

    assertThat(invalid.mistakes())
        .extracting(Mistake::field)
        .containsExactly("dataset.sources[1].augment[0].model");
  }

  @Test
  void aDatasetWaitsForItsWordListsAsForItsSources() throws InvalidPlan {
    String synonyms = "[{\"method\": \"synonyms\", \"words_file\": \"words.csv\"}]";
    Plan plan =
        plan(
            "{\"file\": \"a\", \"augment\": %s}, {\"file\": \"b\", \"augment\": %s}"
                .formatted(synonyms, synonyms));
    Dataset dataset =
        Dataset.waiting(new Scope("acme", "run-1"), "ds-1", plan, Duration.ofHours(1));

    dataset.waitsFor(plan.dataset());
    dataset.found(0, "file-a");
    dataset.found(1, "file-b");

    assertThat(dataset.waitingFor()).containsExactly("words.csv");
    dataset.found(2, "file-words");
    assertThat(dataset.status()).isEqualTo(Status.BUILDING);
  }

  private static Plan plan(String sources) throws InvalidPlan {
    return Plans.plan("{\"dataset\": {\"sources\": [%s]}}".formatted(sources));
  }
}
