package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A question to a served model.
 *
 * @param key what tells it from the dataset's others; the same in every build
 * @param step the key of its step
 * @param parent the id of the first example that it shows
 * @param body of the chat completion
 * @param then of a second question, at whose end the answer of the first is put; null where there
 *     is none
 */
public record Ask(String key, String step, String parent, ObjectNode body, ObjectNode then) {}
