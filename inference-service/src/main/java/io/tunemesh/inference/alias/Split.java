package io.tunemesh.inference.alias;

import io.tunemesh.contract.alias.AliasTarget;
import java.util.List;

/**
 * Chooses among weighted targets by weighted rendezvous hashing: the same key always gets the same
 * target, keys spread by weight, and a changed weight moves no more keys than it must.
 */
final class Split {

  private Split() {}

  /**
   * @param targets at least one with a weight above 0
   */
  static String choose(List<AliasTarget> targets, String key) {
    String chosen = null;
    double best = Double.POSITIVE_INFINITY;
    for (AliasTarget target : targets) {
      // The least of exponential variates with the weights as rates falls to each by its weight.
      double score = -Math.log(uniform(key, target.model())) / target.weight();
      if (target.weight() > 0 && (chosen == null || score < best)) {
        chosen = target.model();
        best = score;
      }
    }
    return chosen;
  }

  /** In (0, 1), from FNV-1a with the finish of MurmurHash3. */
  private static double uniform(String key, String model) {
    long hash = fnv(fnv(0xcbf29ce484222325L, key) * 31, model);
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return ((hash >>> 11) + 0.5) * 0x1p-53;
  }

  private static long fnv(long seed, String text) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
