package io.tunemesh.inference.adapter;

/** An adapter was asked for a change that its present state does not allow. */
public class WrongAdapterState extends IllegalStateException {

  WrongAdapterState(String id, AdapterStatus status, String change) {
    super("the adapter " + id + " is " + status + " and cannot " + change);
  }
}
