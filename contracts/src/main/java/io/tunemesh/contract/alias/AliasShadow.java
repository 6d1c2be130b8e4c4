package io.tunemesh.contract.alias;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;

/**
 * A model that is asked as well, after the answer was given, so that the two can be compared.
 *
 * @param share of the questions that it is asked, from 0 to 1
 */
public record AliasShadow(
    @NotNull String model, @NotNull @DecimalMin("0") @DecimalMax("1") Double share) {}
