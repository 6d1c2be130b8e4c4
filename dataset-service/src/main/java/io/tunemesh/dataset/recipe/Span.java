package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.annotation.JsonFormat;

/**
 * A stretch of a text, in JSON {@code [start, end]}.
 *
 * @param start its first character, counted in code points from 0
 * @param end the character after its last
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
public record Span(int start, int end) {}
