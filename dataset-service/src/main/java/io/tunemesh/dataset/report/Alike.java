package io.tunemesh.dataset.report;

import io.tunemesh.dataset.clean.NearDuplicates;
import io.tunemesh.dataset.report.Glance.Key;
import io.tunemesh.dataset.report.Words.Said;
import io.tunemesh.dataset.split.Part;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds examples that repeat others. Those of training are taken before those of validation and
 * test, so that one of these that is trained on as well is found by the example of training. Holds
 * about 50 bytes for each example, and on disk 2,000 for each that {@link Sampling} lets be
 * compared for being almost the same. Of several of training that are alike, the first stands for
 * the rest: an example that is almost the same as another of them only may be missed.
 */
final class Alike implements Closeable {

  private static final int NONE = -1;
  private static final int PAIRS = 50;

  /** An example that leaked, and the one of training that it repeats, by their line numbers. */
  record Pair(String kind, int example, int train) {}

  /** Examples that repeat one. */
  record Group(String kind, int first, IntArrayList others) {}

  private final Sampling sampling;
  private final Long2IntOpenHashMap wholes = hashes();
  private final Long2IntOpenHashMap questions = hashes();
  private final NearDuplicates nearWholes;
  private final NearDuplicates nearQuestions;
  private final LongOpenHashSet measured = new LongOpenHashSet();
  private final Long2IntOpenHashMap turns = hashes();
  private final BitSet trained = new BitSet();
  private final Map<Integer, IntArrayList> exact = new TreeMap<>();
  private final Map<Integer, IntArrayList> near = new TreeMap<>();
  private final Map<Part, Map<String, Long>> kinds = new TreeMap<>();
  private final List<Pair> pairs = new ArrayList<>();
  private long exactCount;
  private long nearCount;

  Alike(Sampling sampling, double similarity) {
    this.sampling = sampling;
    this.nearWholes = new NearDuplicates(similarity);
    this.nearQuestions = new NearDuplicates(similarity);
  }

  /** Tells what will be taken; before all of it, so that only turns that matter are held. */
  void expect(Key key) {
    if (key.part() != Part.TRAIN && sampling.isExact(key.place(), key.part())) {
      measured.add(key.whole());
      for (long turn : key.turns()) {
        measured.add(turn);
      }
    }
  }

  /** Gives the words of the example that is taken. */
  interface Saying {
    Said said() throws IOException;
  }

  /**
   * Takes the next example; all of training come first.
   *
   * @param saying is asked only where the key does not tell enough
   */
  void take(int number, Key key, Saying saying) throws IOException {
    Part part = key.part();
    if (!sampling.exact(key.place(), part)) {
      return;
    }
    trained.set(number, part == Part.TRAIN);
    if (part == Part.TRAIN) {
      hold(key.turns(), number);
    }
    boolean nearToo = sampling.near(key.place(), part);
    int sameWhole = same(wholes, key.whole(), number);
    int sameQuestion = same(questions, key.question(), number);
    boolean looked = sameWhole != NONE && trained.get(sameWhole);
    int likeWhole = NONE;
    int likeQuestion = NONE;
    if (nearToo && !looked) {
      Said said = saying.said();
      likeWhole = like(nearWholes, said.whole(), number);
      likeQuestion = like(nearQuestions, said.question(), number);
    }
    // what was made of another example is like that one
    if (key.own()) {
      group(number, sameWhole, likeWhole);
    }
    if (part != Part.TRAIN) {
      Stream.of(
              new Pair("same_text", number, sameWhole),
              new Pair("same_turn", number, sameTurn(key)),
              new Pair("same_question", number, sameQuestion),
              new Pair("near_text", number, likeWhole),
              new Pair("near_question", number, likeQuestion))
          .filter(pair -> pair.train() != NONE && trained.get(pair.train()))
          .findFirst()
          .ifPresent(pair -> leaked(pair, part));
    }
  }

  private void hold(long[] taught, int number) {
    for (long turn : taught) {
      if (measured.contains(turn)) {
        turns.putIfAbsent(turn, number);
      }
    }
  }

  /** The first example of training that teaches the last answer in one of its turns, or none. */
  private int sameTurn(Key key) {
    int found = turns.get(key.whole());
    for (int i = 0; found == NONE && i < key.turns().length; i++) {
      int whole = wholes.get(key.turns()[i]);
      found = whole != NONE && trained.get(whole) ? whole : turns.get(key.turns()[i]);
    }
    return found;
  }

  private void group(int number, int sameWhole, int likeWhole) {
    if (sameWhole != NONE) {
      exactCount++;
      exact.computeIfAbsent(sameWhole, first -> new IntArrayList()).add(number);
    } else if (likeWhole != NONE) {
      nearCount++;
      near.computeIfAbsent(likeWhole, first -> new IntArrayList()).add(number);
    }
  }

  private void leaked(Pair pair, Part part) {
    kinds.computeIfAbsent(part, any -> new TreeMap<>()).merge(pair.kind(), 1L, Long::sum);
    if (pairs.size() < PAIRS) {
      pairs.add(pair);
    }
  }

  /** The first example that says the same, or none; from now on this one, if it is the first. */
  private static int same(Long2IntOpenHashMap seen, long hash, int number) {
    return hash == Glance.NOTHING ? NONE : seen.putIfAbsent(hash, number);
  }

  /** One that it is almost the same as, of training if there is one, or none. */
  private int like(NearDuplicates seen, String text, int number) {
    return text.isBlank()
        ? NONE
        : (int) seen.add(text, number, other -> trained.get((int) other)).orElse(NONE);
  }

  private static Long2IntOpenHashMap hashes() {
    Long2IntOpenHashMap map = new Long2IntOpenHashMap();
    map.defaultReturnValue(NONE);
    return map;
  }

  @Override
  public void close() throws IOException {
    nearWholes.close();
    nearQuestions.close();
  }

  long exact() {
    return exactCount;
  }

  long near() {
    return nearCount;
  }

  /** How many texts were not compared with all that may be almost the same. */
  long bounded() {
    return nearWholes.bounded() + nearQuestions.bounded();
  }

  List<Pair> pairs() {
    return pairs;
  }

  Map<String, Long> kinds(Part part) {
    return kinds.getOrDefault(part, Map.of());
  }

  /** The largest groups, ten at most. */
  List<Group> groups() {
    return Stream.concat(groups("exact", exact), groups("near", near))
        .sorted(
            Comparator.comparing((Group group) -> -group.others().size())
                .thenComparing(Group::first)
                .thenComparing(Group::kind))
        .limit(10)
        .toList();
  }

  private static Stream<Group> groups(String kind, Map<Integer, IntArrayList> all) {
    return all.entrySet().stream().map(e -> new Group(kind, e.getKey(), e.getValue()));
  }
}
