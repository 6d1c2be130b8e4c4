package io.tunemesh.platform.template;

/**
 * An example in words.
 *
 * @param system null where the template has no system message, or an empty one
 * @param user what the model is asked: the instruction, and the input on lines after it
 * @param output what it is to answer
 */
public record Prompt(String system, String user, String output) {}
