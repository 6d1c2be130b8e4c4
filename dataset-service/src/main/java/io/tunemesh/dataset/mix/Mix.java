package io.tunemesh.dataset.mix;

import java.util.ArrayList;
import java.util.List;

/**
 * How many lines each source gets in the training part. Only the training part is mixed; an example
 * that is measured on stands once.
 *
 * <p>Without weights a source gets each of its training examples {@code repeat} times, and {@code
 * extra} of them once more. As soon as one source has a weight, those numbers only say how many
 * lines there are in all, and the lines are shared out by weight: a source without one counts as 1,
 * a source without training examples gets none, and a source whose share is not a multiple of its
 * examples has some of them once more than others, taken evenly over the file.
 */
public final class Mix {

  private Mix() {}

  /**
   * One source's wishes.
   *
   * @param examples how many training examples it has
   * @param repeat how often each is taken
   * @param extra lines beside these
   * @param weight its share relative to the others'; may be null
   */
  public record Source(long examples, int repeat, int extra, Double weight) {

    private long repeated() {
      return examples == 0 ? 0 : Math.addExact(Math.multiplyExact(examples, (long) repeat), extra);
    }
  }

  /** The lines of each source, in the order of {@code sources}. */
  public static List<Long> lines(List<Source> sources) {
    List<Long> repeated = sources.stream().map(Source::repeated).toList();
    if (sources.stream().allMatch(s -> s.weight() == null)) {
      return repeated;
    }
    return byWeight(sources, repeated.stream().mapToLong(Long::longValue).sum());
  }

  /** Shares out {@code total} by largest remainder, so that the lines sum to it exactly. */
  private static List<Long> byWeight(List<Source> sources, long total) {
    double weights = sources.stream().mapToDouble(Mix::weight).sum();
    List<Long> lines = new ArrayList<>();
    List<Double> rests = new ArrayList<>();
    for (Source source : sources) {
      double share = weights == 0 ? 0 : total * (weight(source) / weights);
      lines.add((long) share);
      rests.add(source.examples() == 0 ? -1 : share - (long) share);
    }
    long left = total - lines.stream().mapToLong(Long::longValue).sum();
    while (left-- > 0) {
      int largest = 0;
      for (int i = 1; i < rests.size(); i++) {
        largest = rests.get(i) > rests.get(largest) ? i : largest;
      }
      lines.set(largest, lines.get(largest) + 1);
      rests.set(largest, 0.0);
    }
    return lines;
  }

  private static double weight(Source source) {
    if (source.examples() == 0) {
      return 0;
    }
    return source.weight() == null ? 1 : source.weight();
  }

  /**
   * Whether example {@code index} of {@code examples} is taken in {@code pass}, so that over all
   * passes a source gives exactly {@code lines} lines.
   */
  public static boolean takes(long pass, long index, long examples, long lines) {
    long whole = lines / examples;
    if (pass < whole) {
      return true;
    }
    long rest = lines % examples;
    return pass == whole && (index + 1) * rest / examples > index * rest / examples;
  }

  /** How many times a source is gone through for {@code lines} lines. */
  public static long passes(long examples, long lines) {
    return examples == 0 ? 0 : (lines + examples - 1) / examples;
  }
}
