package io.tunemesh.contract;

/**
 * A record of the mesh's own whose type this version of the contract does not have, as a newer
 * version sends it.
 */
public class UnknownEvent extends MalformedEvent {

  public UnknownEvent(String message) {
    super(message);
  }
}
