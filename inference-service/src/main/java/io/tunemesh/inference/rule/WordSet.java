package io.tunemesh.inference.rule;

import com.hankcs.algorithm.AhoCorasickDoubleArrayTrie;
import io.tunemesh.inference.text.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Words that are looked for all at once, in a time that does not depend on how many they are. Width
 * and case do not matter. A word that begins or ends with a letter written with spaces between
 * words is found there only where its neighbour is no such letter: {@code ass} is not in {@code
 * class}.
 */
final class WordSet {

  /** A word found: from {@code start} to before {@code end}. */
  record Hit(int start, int end) {}

  private final AhoCorasickDoubleArrayTrie<Integer> trie = new AhoCorasickDoubleArrayTrie<>();
  private final String[] sorted;
  private final int longest;

  /** The characters with which words begin. */
  private final BitSet firsts = new BitSet();

  WordSet(Collection<String> words) {
    TreeMap<String, Integer> folded = new TreeMap<>();
    for (String word : words) {
      String of = Script.folded(word).strip();
      if (!of.isEmpty()) {
        folded.put(of, of.length());
      }
    }
    sorted = folded.keySet().toArray(String[]::new);
    for (String word : sorted) {
      firsts.set(word.charAt(0));
    }
    longest = folded.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (sorted.length > 0) {
      trie.build(folded);
    }
  }

  /**
   * The words in {@code text}, by their start; some may overlap.
   *
   * @param before the character before {@code text}; 0 where there is none
   * @param whole whether nothing comes after {@code text}; else a word at its very end whose right
   *     neighbour matters is told as found
   */
  List<Hit> in(CharSequence text, char before, boolean whole) {
    if (sorted.length == 0 || text.isEmpty()) {
      return List.of();
    }
    List<Hit> hits = new ArrayList<>(0);
    char[] folded = Script.folded(text);
    trie.parseText(
        folded,
        (begin, end, length) -> {
          char left = begin == 0 ? Script.folded(before) : folded[begin - 1];
          boolean alone =
              !(Script.isSpaced(folded[begin]) && Script.isSpaced(left))
                  && !(end < folded.length
                      && Script.isSpaced(folded[end - 1])
                      && Script.isSpaced(folded[end]));
          if (alone) {
            hits.add(new Hit(begin, end));
          }
        });
    if (hits.size() > 1) {
      hits.sort(Comparator.comparingInt(Hit::start).thenComparingInt(Hit::end));
    }
    return hits;
  }

  /** From where on {@code text} may be the beginning of a word that is not whole yet. */
  int open(CharSequence text) {
    String folded = Script.folded(text.toString());
    for (int start = Math.max(0, folded.length() - longest); start < folded.length(); start++) {
      if (firsts.get(folded.charAt(start)) && begins(folded.substring(start))) {
        return start;
      }
    }
    return folded.length();
  }

  /** The length of the longest word. */
  int longest() {
    return longest;
  }

  /** Whether a word stands on both sides of {@code place}, alone or not. */
  boolean spans(CharSequence text, int place) {
    boolean[] found = new boolean[1];
    if (sorted.length > 0) {
      trie.parseText(
          Script.folded(text), (begin, end, length) -> found[0] |= begin < place && place < end);
    }
    return found[0];
  }

  /** Whether a word that begins before {@code place} may go on behind the end of {@code text}. */
  boolean maySpan(CharSequence text, int place) {
    String folded = Script.folded(text.toString());
    for (int start = Math.max(0, folded.length() - longest + 1); start < place; start++) {
      String part = folded.substring(start);
      if (goesOn(part, Arrays.binarySearch(sorted, part))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a word begins with {@code part}; a whole one counts while its neighbour matters. */
  private boolean begins(String part) {
    int at = Arrays.binarySearch(sorted, part);
    return at >= 0 && Script.isSpaced(part.charAt(part.length() - 1)) || goesOn(part, at);
  }

  /** Whether a word begins with {@code part}, which was looked for, and is longer. */
  private boolean goesOn(String part, int at) {
    int next = at >= 0 ? at + 1 : -at - 1;
    return next < sorted.length && sorted[next].startsWith(part);
  }
}
