package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A part of a document that was found.
 *
 * @param attributes of its file; null where it has none
 * @param score from 0 to 1, and 1 where every way of searching found it first
 */
public record Excerpt(
    String fileId, String filename, ObjectNode attributes, double score, String text, Place place) {

  Excerpt with(double newScore) {
    return new Excerpt(fileId, filename, attributes, newScore, text, place);
  }
}
