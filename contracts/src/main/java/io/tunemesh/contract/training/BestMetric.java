package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;

/**
 * By what the best step was chosen.
 *
 * @param value there, on the validation split; absent without one
 */
public record BestMetric(@NotNull String name, Double value, boolean greaterIsBetter) {}
