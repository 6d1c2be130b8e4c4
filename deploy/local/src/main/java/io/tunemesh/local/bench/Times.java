package io.tunemesh.local.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Times that are noted while a load runs, by any thread. They are one array and no objects, since
 * the collections of a load that keeps many of them would be told as the answers' delays.
 */
final class Times {

  private double[] noted = new double[1 << 17];
  private int count;

  synchronized void add(double time) {
    if (count == noted.length) {
      noted = Arrays.copyOf(noted, 2 * count);
    }
    noted[count++] = time;
  }

  /** All of them; for when the load is over. */
  synchronized List<Double> list() {
    return Arrays.stream(noted, 0, count).boxed().toList();
  }
}
