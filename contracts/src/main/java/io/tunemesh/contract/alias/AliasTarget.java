package io.tunemesh.contract.alias;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/**
 * A model that an alias points to.
 *
 * @param weight its share of the questions is its weight in the sum of all; 1 when absent, 0 for
 *     none
 */
public record AliasTarget(@NotNull String model, @Min(0) @Max(1000000) Integer weight) {}
