package io.tunemesh.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A fact in the past tense, or a request for one. It carries ids and URIs, never rows of data, and
 * changes only by addition.
 */
public interface Event {

  /**
   * The id of the aggregate that the fact is about: CloudEvents {@code subject} and the Kafka key.
   */
  @JsonIgnore
  String subject();
}
