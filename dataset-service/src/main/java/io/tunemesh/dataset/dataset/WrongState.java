package io.tunemesh.dataset.dataset;

/**
 * A dataset is not in the state that a change needs, or the lease it was made under is another's by
 * now. Nothing was changed.
 */
public class WrongState extends RuntimeException {

  WrongState(String id, String what) {
    super("the dataset " + id + " " + what);
  }
}
