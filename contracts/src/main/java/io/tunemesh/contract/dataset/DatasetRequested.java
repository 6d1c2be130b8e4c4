package io.tunemesh.contract.dataset;

import io.tunemesh.contract.Event;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;

/**
 * Asks dataset-service for a dataset. Sources that are not parsed yet are waited for.
 *
 * @param datasetId chosen by the asker, {@code ds-} and up to 60 letters, digits or dashes; asking
 *     again for the same id is the same dataset
 * @param plan its {@code dataset} section is required; {@code training} and {@code serve} ride on
 */
public record DatasetRequested(@NotNull String datasetId, @NotNull Plan plan) implements Event {

  @Override
  public String subject() {
    return datasetId;
  }
}
