package io.tunemesh.contract.adapter;

import io.tunemesh.contract.Event;

/**
 * The facts of an adapter. trainer-service owns its publication, inference-service all that comes
 * later.
 */
public sealed interface AdapterEvent extends Event
    permits AdapterPublished, AdapterServing, AdapterRefused, AdapterRetired {

  String adapterId();

  @Override
  default String subject() {
    return adapterId();
  }
}
