package io.tunemesh.inference.rule;

import io.tunemesh.contract.plan.RulesSpec.After;
import io.tunemesh.contract.plan.RulesSpec.Duplicates;
import io.tunemesh.contract.plan.RulesSpec.ForbiddenOutput;
import java.util.ArrayList;
import java.util.List;

/** The rules for answers, ready to run; many threads may use them. */
final class AfterRules {

  private static final int SHORTEST_PIECE = 4;

  /**
   * A candidate as the asker gets it.
   *
   * @param index among the candidates that the model gave
   * @param cut whether its end was left out
   */
  record Candidate(int index, String text, boolean cut) {}

  private final After spec;
  private final WordSet words;
  private final LabelForm label;
  private final JsonAnswer json;
  private final Ranking ranking;

  AfterRules(After spec) {
    this.spec = spec;
    words = spec.forbidden() == null ? null : new WordSet(spec.forbidden().words());
    label = spec.label() == null ? null : new LabelForm(spec.label());
    json = spec.json() == null ? null : new JsonAnswer(spec.json().schema());
    ranking = spec.rank() == null ? null : new Ranking(spec.rank(), this::isValid);
  }

  /** Whether a rule needs the whole answer, so that a stream is held back to its end. */
  boolean needsWhole() {
    return label != null || json != null || ranking != null || refusesWords();
  }

  /** Whether answers are held to a schema of the tenant's. */
  boolean hasSchema() {
    return spec.json() != null && spec.json().schema() != null;
  }

  /** How many candidates to ask for where the asker does not say; 1 for none but the answer. */
  int candidates() {
    return spec.rank() == null || spec.rank().ask() == null ? 1 : spec.rank().ask();
  }

  After spec() {
    return spec;
  }

  /** What runs over an answer as it comes; an empty list where nothing does. */
  List<TextFilter> filters() {
    List<TextFilter> filters = new ArrayList<>();
    if (spec.duplicates() != null) {
      Duplicates duplicates = spec.duplicates();
      int shortest = duplicates.shortest() == null ? SHORTEST_PIECE : duplicates.shortest();
      filters.add(new PieceFilter("lines".equals(duplicates.of()), shortest));
    }
    WordFilter masking = wordFilter();
    if (masking != null) {
      filters.add(masking);
    }
    if (spec.length() != null) {
      filters.add(new LengthFilter(spec.length().characters()));
    }
    return filters;
  }

  /**
   * Does all that is to be done to whole answers.
   *
   * @param answers the candidates of the model
   * @param acted takes what was done
   * @return the candidates to give, the best first
   * @throws Unfit if one of them may not be given
   */
  List<Candidate> apply(List<String> answers, List<Acted> acted) throws Unfit {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      order.add(i);
    }
    if (ranking != null && answers.size() > 1) {
      order = ranking.order(answers);
      acted.add(
          new Acted(
              "after.rank",
              "%d candidates were put in order by %s, and %d given"
                  .formatted(answers.size(), spec.rank().by(), order.size())));
    }
    List<Candidate> given = new ArrayList<>();
    for (int index : order) {
      given.add(one(index, answers.get(index), given.size(), answers.size() > 1, acted));
    }
    return given;
  }

  private Candidate one(int index, String answer, int place, boolean several, List<Acted> acted)
      throws Unfit {
    List<Acted> own = new ArrayList<>();
    String text = read(answer);
    refuse(text);
    boolean cut = false;
    for (TextFilter filter : filters()) {
      text = filter.whole(text);
      own.addAll(filter.acted());
      cut |= filter instanceof LengthFilter length && length.full();
    }
    String formed = json != null ? json.of(text) : label != null ? label.of(text) : text;
    if (!formed.equals(text)) {
      own.add(
          json != null
              ? new Acted("after.json", "what stands around the JSON was left out")
              : new Acted("after.label", "the answer became the label '" + formed + "'"));
    }
    own.forEach(one -> acted.add(several ? one.of(place) : one));
    return new Candidate(index, formed, cut);
  }

  /**
   * What a model thought aloud, without forbidden words.
   *
   * @param acted takes what was done
   * @throws Unfit if it has one, and such an answer is refused
   */
  String thought(String text, List<Acted> acted) throws Unfit {
    refuse(text);
    WordFilter filter = wordFilter();
    if (filter == null) {
      return text;
    }
    String changed = filter.whole(text);
    acted.addAll(filter.acted());
    return changed;
  }

  /** Whether words are forbidden in answers. */
  boolean forbidsWords() {
    return words != null;
  }

  /** JSON as its reader reads it, where a word is forbidden that only its escapes hide. */
  private String read(String answer) {
    if (words == null || json == null) {
      return answer;
    }
    String plain = JsonAnswer.unescaped(answer);
    return plain.equals(answer) || words.in(plain, (char) 0, true).isEmpty() ? answer : plain;
  }

  private void refuse(String text) throws Unfit {
    if (refusesWords() && !words.in(text, (char) 0, true).isEmpty()) {
      throw new Unfit(
          "forbidden_answer",
          "The answer had a word that is not allowed here; ask in other words.");
    }
  }

  /** Masks or removes forbidden words; null where there is no such rule. */
  WordFilter wordFilter() {
    if (words == null || refusesWords()) {
      return null;
    }
    ForbiddenOutput forbidden = spec.forbidden();
    String mask = forbidden.mask() == null ? "*" : forbidden.mask();
    return new WordFilter(words, "remove".equals(forbidden.action()) ? null : mask);
  }

  private boolean isValid(String answer) {
    try {
      if (json != null) {
        json.of(answer);
      }
      if (label != null) {
        label.of(answer);
      }
      return true;
    } catch (Unfit e) {
      return false;
    }
  }

  private boolean refusesWords() {
    return spec.forbidden() != null && "refuse".equals(spec.forbidden().action());
  }
}
