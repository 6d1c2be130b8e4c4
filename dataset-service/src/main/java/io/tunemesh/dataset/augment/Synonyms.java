package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.augment.Words.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Exchanges words of a text for synonyms, at most a share of them but one at least. A word that the
 * answer holds as well is left as it is, since the answer may quote it, and so is one that would
 * make an "a" an "an".
 */
final class Synonyms {

  /** The share of the words where a specification names none. */
  static final double SHARE = 0.1;

  private final Thesaurus list;
  private final double share;

  Synonyms(Thesaurus list, double share) {
    this.list = list;
    this.share = share;
  }

  /**
   * The texts with other words.
   *
   * @param texts all that may be changed of one example
   * @param kept what must stay as it is: the answer, and its label
   * @return the same texts where no word may be exchanged
   */
  List<String> exchanged(List<String> texts, String kept, Chance chance) {
    String quoted = kept.toLowerCase(Locale.ROOT);
    List<Place> places = new ArrayList<>();
    int words = 0;
    for (int i = 0; i < texts.size(); i++) {
      Words in = Words.in(texts.get(i), list);
      words += in.count();
      for (Found found : in.found()) {
        String word = texts.get(i).substring(found.from(), found.to());
        if (!quoted.contains(word.toLowerCase(Locale.ROOT))) {
          places.add(new Place(i, found, word));
        }
      }
    }
    List<Change> changes = chosen(texts, places, Math.max(1, (int) (share * words)), chance);
    List<String> changed = new ArrayList<>(texts);
    changes.sort(Comparator.comparingInt((Change change) -> change.place.found.from()).reversed());
    for (Change change : changes) {
      Place place = change.place;
      String text = changed.get(place.text);
      changed.set(
          place.text,
          text.substring(0, place.found.from()) + change.word + text.substring(place.found.to()));
    }
    return changed;
  }

  /** Changes of {@code most} words together; the first is taken whatever it counts. */
  private static List<Change> chosen(
      List<String> texts, List<Place> places, int most, Chance chance) {
    chance.shuffle(places);
    List<Change> changes = new ArrayList<>();
    int left = most;
    for (Place place : places) {
      String synonym = place.found.synonyms().get(chance.below(place.found.synonyms().size()));
      boolean room = changes.isEmpty() || place.found.weight() <= left;
      if (room && keepsTheArticle(texts.get(place.text), place, synonym)) {
        changes.add(new Change(place, inCase(place.word, synonym)));
        left -= place.found.weight();
      }
      if (left <= 0) {
        break;
      }
    }
    return changes;
  }

  /** The synonym with a capital, or all in capitals, where the word has them. */
  private static String inCase(String word, String synonym) {
    boolean letters = word.codePoints().filter(Character::isUpperCase).count() > 1;
    if (letters && word.equals(word.toUpperCase(Locale.ROOT))) {
      return synonym.toUpperCase(Locale.ROOT);
    }
    if (!Character.isUpperCase(word.codePointAt(0))) {
      return synonym;
    }
    int first = Character.charCount(synonym.codePointAt(0));
    return synonym.substring(0, first).toUpperCase(Locale.ROOT) + synonym.substring(first);
  }

  private static boolean keepsTheArticle(String text, Place place, String synonym) {
    String before = text.substring(Math.max(0, place.found.from() - 4), place.found.from());
    return !before.matches("(?is).*(?<![\\p{L}'\u2019])an?\\s+")
        || isVowel(place.word) == isVowel(synonym);
  }

  private static boolean isVowel(String word) {
    return "aeiouAEIOU".indexOf(word.charAt(0)) >= 0;
  }

  private record Place(int text, Found found, String word) {}

  private record Change(Place place, String word) {}
}
