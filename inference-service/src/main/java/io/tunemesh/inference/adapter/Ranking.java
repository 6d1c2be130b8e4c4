package io.tunemesh.inference.adapter;

import io.tunemesh.inference.engine.Engine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): for each adapter an order of engines that all
 * replicas find alike without talking, and of which little changes when an engine comes or goes.
 */
final class Ranking {

  private Ranking() {}

  /** The engines, the one that suits best first. */
  static List<Engine> of(Served adapter, Collection<Engine> engines) {
    List<Engine> ranked = new ArrayList<>(engines);
    if (ranked.size() > 1) {
      long key = adapter.key();
      ranked.sort(Comparator.comparingLong(engine -> -weight(key, engine.seed())));
    }
    return ranked;
  }

  private static long weight(long key, long seed) {
    return mix(key + mix(seed)) >>> 1;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long bits) {
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
