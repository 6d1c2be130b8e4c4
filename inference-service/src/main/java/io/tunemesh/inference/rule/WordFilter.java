package io.tunemesh.inference.rule;

import java.util.List;

/**
 * Masks forbidden words or takes them out; holds back what may be the beginning of one. What is
 * left has none: neither of its own nor of what stood before and behind one that was taken out.
 */
final class WordFilter implements TextFilter {

  private final WordSet words;
  private final String mask;
  private final Joins joins;
  private final StringBuilder held = new StringBuilder();
  private char before;
  private int found;

  /**
   * @param mask for each character of a word; null to take words out
   */
  WordFilter(WordSet words, String mask) {
    this.words = words;
    this.mask = mask;
    this.joins = mask == null ? new Joins(words) : null;
  }

  @Override
  public String whole(String text) {
    boolean fresh = held.isEmpty() && (joins == null || joins.isUntouched());
    if (fresh && words.in(text, before, true).isEmpty()) {
      before = text.isEmpty() ? before : text.charAt(text.length() - 1);
      return text;
    }
    held.append(text);
    return give(true);
  }

  @Override
  public String push(String piece) {
    held.append(piece);
    return give(false);
  }

  @Override
  public String end() {
    return give(true);
  }

  private String give(boolean whole) {
    List<WordSet.Hit> hits = words.in(held, before, whole);
    int safe = whole ? held.length() : words.open(held);
    for (int i = hits.size() - 1; i >= 0; i--) {
      WordSet.Hit hit = hits.get(i);
      if (hit.end() > safe && hit.start() < safe) {
        safe = hit.start();
        i = hits.size();
      }
    }
    if (safe > 0 && safe < held.length() && Character.isHighSurrogate(held.charAt(safe - 1))) {
      safe--;
    }
    String out = clean(hits, safe, whole);
    if (safe > 0) {
      before = held.charAt(safe - 1);
      held.delete(0, safe);
    }
    return out;
  }

  private String clean(List<WordSet.Hit> hits, int safe, boolean whole) {
    StringBuilder out = new StringBuilder(safe);
    int from = 0;
    for (WordSet.Hit hit : hits) {
      if (hit.end() > safe || hit.end() <= from) {
        continue;
      }
      int start = Math.max(hit.start(), from);
      if (joins == null) {
        out.append(held, from, start).repeat(mask, held.codePointCount(start, hit.end()));
      } else {
        joins.add(held, from, start);
        joins.join();
      }
      found += hit.start() >= from ? 1 : 0;
      from = hit.end();
    }
    if (joins == null) {
      return out.append(held, from, safe).toString();
    }
    joins.add(held, from, safe);
    return joins.take(whole);
  }

  @Override
  public List<Acted> acted() {
    String done = mask == null ? "taken out" : "masked";
    return found == 0
        ? List.of()
        : List.of(
            new Acted(
                "after.forbidden",
                found == 1
                    ? "a forbidden word was " + done
                    : "%d forbidden words were %s".formatted(found, done)));
  }
}
