package io.tunemesh.platform.work;

/**
 * A worker's fence is older than its row's: another holds the row, or nobody. Whatever the worker
 * still does must have no effect.
 */
public class LeaseLost extends RuntimeException {

  public LeaseLost(String id, long fence) {
    super("attempt %d holds %s no more".formatted(fence, id));
  }
}
