package io.tunemesh.dataset.augment;

/**
 * The mark of an example that was made from another.
 *
 * @param method as the specification names it
 * @param parent the id of the example that it was made from, or for {@code generate} the first of
 *     those that the model was shown
 */
public record Augmented(String method, String parent) {}
