package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.contract.plan.RulesSpec.After;
import io.tunemesh.contract.plan.RulesSpec.Before;
import io.tunemesh.platform.text.Expressions;
import java.util.ArrayList;
import java.util.List;

/** What a rule set cannot mean although its schema holds. */
final class RuleMistakes {

  private final List<Mistake> mistakes = new ArrayList<>();
  private final Expressions expressions = new Expressions();

  private RuleMistakes() {}

  /**
   * Every such mistake.
   *
   * @param countsTokens whether this service has the base model's tokenizer
   */
  static List<Mistake> in(RulesSpec spec, boolean countsTokens) {
    RuleMistakes found = new RuleMistakes();
    if (spec.before() != null) {
      found.before(spec.before(), countsTokens);
    }
    if (spec.after() != null) {
      found.after(spec.after());
    }
    return found.mistakes;
  }

  private void before(Before spec, boolean countsTokens) {
    List<String> remove = spec.remove() == null ? List.of() : spec.remove();
    for (int i = 0; i < remove.size(); i++) {
      pattern("before.remove[%d]".formatted(i), remove.get(i), 0);
    }
    var question = spec.question();
    if (question != null && question.pattern() != null) {
      pattern("before.question.pattern", question.pattern(), 1);
      if (question.marks() != null || question.ends() != null) {
        add("before.question.pattern", "stands instead of marks and ends; leave one of them out");
      }
    }
    if (spec.forbidden() != null) {
      words("before.forbidden.words", spec.forbidden().words());
    }
    var fit = spec.fit();
    if (fit != null && (fit.tokens() == null) == (fit.characters() == null)) {
      add("before.fit", "needs either tokens or characters");
    } else if (fit != null && fit.tokens() != null && !countsTokens) {
      add(
          "before.fit.tokens",
          "cannot be counted here, since the service has no tokenizer; use characters, or have the"
              + " operator set tunemesh.rules.tokenizer to the base model's folder");
    }
  }

  private void after(After spec) {
    if (spec.forbidden() != null) {
      words("after.forbidden.words", spec.forbidden().words());
      if (spec.forbidden().mask() != null
          && spec.forbidden().action() != null
          && !spec.forbidden().action().equals("mask")) {
        add("after.forbidden.mask", "means something with \"action\": \"mask\" only");
      }
    }
    if (spec.label() != null && spec.json() != null) {
      add("after.label", "cannot stand with after.json; an answer has one form");
    }
    String form = spec.label() != null ? "label" : spec.json() != null ? "json" : null;
    if (form != null && spec.length() != null) {
      add("after.length", "cannot stand with after." + form + ", which it would cut");
    }
    if (form != null && spec.duplicates() != null) {
      add("after.duplicates", "cannot stand with after." + form + ", which it would break");
    }
    var rank = spec.rank();
    if (rank != null && rank.by().equals("valid") && form == null) {
      add("after.rank.by", "is 'valid', but neither after.label nor after.json says what is");
    }
    if (rank != null && rank.ask() != null && rank.keep() != null && rank.keep() > rank.ask()) {
      add("after.rank.keep", "is more than ask");
    }
    if (spec.json() != null && spec.json().schema() != null) {
      schema(spec);
    }
  }

  private void schema(After spec) {
    for (JsonNode ref : spec.json().schema().findValues("$ref")) {
      if (!ref.asText().startsWith("#")) {
        add("after.json.schema", "refers to " + ref + "; a schema must be whole in itself");
        return;
      }
    }
    try {
      new JsonAnswer(spec.json().schema());
    } catch (IllegalArgumentException e) {
      add("after.json.schema", e.getMessage());
    }
  }

  private void words(String field, List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).isBlank()) {
        add("%s[%d]".formatted(field, i), "is blank; leave it out");
      }
    }
  }

  private void pattern(String field, String expression, int groups) {
    try {
      Pattern pattern = expressions.compile(expression);
      if (groups > 0 && pattern.groupCount() < groups) {
        add(field, "has no group; put what is the question in brackets");
      } else if (groups == 0 && pattern.matches("")) {
        add(field, "matches nothing at all, too; it must have at least one character");
      }
    } catch (PatternSyntaxException e) {
      add(field, "is no RE2 expression: " + e.getMessage());
    }
  }

  private void add(String field, String message) {
    mistakes.add(new Mistake(field, message));
  }
}
