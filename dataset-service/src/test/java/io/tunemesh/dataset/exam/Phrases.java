package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.Random;

/** Words for invented rows of one language. */
interface Phrases {
  String passage(Random random);

  String stem(Random random);

  List<String> options(Random random);

  String shortStem(Random random);

  String shortAnswer(Random random);

  String explanation(Random random, char answer);

  static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
