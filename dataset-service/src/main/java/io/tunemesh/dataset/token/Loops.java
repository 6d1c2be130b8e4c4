package io.tunemesh.dataset.token;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Gives the loops of a template the scope that they have in Jinja2: what a pass sets is gone in the
 * next one, and after the loop. Jinjava would keep it, so the names that a loop sets get their old
 * values back.
 */
final class Loops {

  private final Map<Integer, String> before = new HashMap<>();
  private final Map<Integer, String> after = new HashMap<>();

  private Loops() {}

  /**
   * Looks through the tags of a template in their order.
   *
   * @param tags what stands between the signs of each, its texts taken out
   */
  static Loops of(List<String> tags) throws Unrenderable {
    Loops loops = new Loops();
    Deque<Open> open = new ArrayDeque<>();
    for (int i = 0; i < tags.size(); i++) {
      String tag = tags.get(i).strip();
      String word = tag.split("\\W", 2)[0];
      switch (word) {
        case "for" -> open.push(new Open(word, i, names(tag.substring(3).split("\\bin\\b")[0])));
        case "if", "macro" -> open.push(new Open(word, i, Set.of()));
        case "set" -> {
          Set<String> names = names(tag.substring(3).split("=")[0]);
          open.stream()
              .takeWhile(block -> !block.word.equals("macro"))
              .filter(block -> block.word.equals("for"))
              .findFirst()
              .ifPresent(loop -> loop.sets(names));
          if (!tag.contains("=")) {
            open.push(new Open(word, i, Set.of()));
          }
        }
        case "elif", "else" -> {
          if (open.isEmpty() || !open.peek().word.equals("if")) {
            throw new Unrenderable("it has an '%s' without an 'if'".formatted(word));
          }
        }
        default -> {
          if (open.isEmpty() || !word.equals("end" + open.peek().word)) {
            throw new Unrenderable("it has an '%s' that ends nothing".formatted(word));
          }
          loops.end(open.pop(), i);
        }
      }
    }
    if (!open.isEmpty()) {
      throw new Unrenderable("its '%s' has no end".formatted(open.peek().word));
    }
    return loops;
  }

  private void end(Open block, int end) {
    String restore = block.copies("%2$s", "%1$s");
    before.put(block.at, block.copies("%1$s", "%2$s"));
    after.put(block.at, restore);
    after.put(end, restore);
  }

  /** What goes before a tag. */
  String before(int tag) {
    return before.getOrDefault(tag, "");
  }

  /** What goes after a tag. */
  String after(int tag) {
    return after.getOrDefault(tag, "");
  }

  private static Set<String> names(String list) {
    return Arrays.stream(list.split("[(),\\s]+"))
        .filter(name -> name.matches("\\w+"))
        .collect(Collectors.toSet());
  }

  /**
   * A block whose end did not come yet.
   *
   * @param own the names that a loop itself sets for each pass
   * @param set the others that are set in it
   */
  private record Open(String word, int at, Set<String> own, Set<String> set) {

    Open(String word, int at, Set<String> own) {
      this(word, at, own, new TreeSet<>());
    }

    void sets(Set<String> names) {
      names.stream().filter(name -> !own.contains(name)).forEach(set::add);
    }

    String copies(String to, String from) {
      String copy = "{%% set " + from + " = " + to + " %%}";
      return set.stream()
          .map(name -> copy.formatted(name, "kept_" + at + "_" + name))
          .collect(Collectors.joining());
    }
  }
}
