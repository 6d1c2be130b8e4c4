package io.tunemesh.dataset.clean;

import io.tunemesh.dataset.recipe.Example;
import java.util.Set;

/**
 * An example as its dataset shall have it.
 *
 * @param changed the rules that changed its text, by the names of their settings
 */
public record Normalized(Example example, Set<String> changed) {}
