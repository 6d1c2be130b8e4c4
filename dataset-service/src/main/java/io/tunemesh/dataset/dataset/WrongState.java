package io.tunemesh.dataset.dataset;

/** A dataset is not in the state that a change needs. Nothing was changed. */
public class WrongState extends RuntimeException {

  WrongState(String id, String what) {
    super("the dataset " + id + " " + what);
  }
}
