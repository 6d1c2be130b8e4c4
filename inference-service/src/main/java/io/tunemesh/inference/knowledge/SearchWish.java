package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Fields;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's search of a store.
 *
 * @param queries as they came; several are one
 */
record SearchWish(List<String> queries, Search search) {

  private static final int LONGEST = 10_000;
  private static final int MOST_QUERIES = 16;

  /** How passages are put in order, as OpenAI's {@code ranking_options} say it. */
  record Ranking(double threshold, double words, double meaning) {

    static final Ranking AUTO = new Ranking(0, Search.WORDS, Search.MEANING);

    static Ranking read(Fields fields, String field) {
      Ranking ranking = fields.object(field, Ranking::given);
      return ranking == null ? AUTO : ranking;
    }

    private static Ranking given(Fields fields) {
      fields.text("ranker", 100);
      double threshold = fields.decimal("score_threshold", 0, 1, 0);
      Ranking weights =
          fields.object(
              "hybrid_search",
              hybrid ->
                  new Ranking(
                      0,
                      hybrid.decimal("text_weight", 0, 1000, Search.WORDS),
                      hybrid.decimal("embedding_weight", 0, 1000, Search.MEANING)));
      if (weights == null) {
        return new Ranking(threshold, Search.WORDS, Search.MEANING);
      }
      if (weights.words() + weights.meaning() == 0) {
        fields.add("hybrid_search", "must give one of its weights more than 0");
      }
      return new Ranking(threshold, weights.words(), weights.meaning());
    }
  }

  static SearchWish read(String json) throws InvalidPlan {
    Fields fields = Fields.of(json);
    List<String> queries = new ArrayList<>();
    JsonNode query = fields.any("query");
    if (query != null && query.isTextual()) {
      queries.add(query.asText());
    } else if (query != null && query.isArray() && query.size() <= MOST_QUERIES) {
      query.forEach(one -> queries.add(one.asText()));
    }
    String text = String.join("\n", queries);
    if (text.isBlank() || text.length() > LONGEST) {
      fields.add(
          "query", "must be a text of at most %d characters, or a list of such".formatted(LONGEST));
    }
    int most = fields.number("max_num_results", 1, 50, 10);
    Ranking ranking = Ranking.read(fields, "ranking_options");
    fields.any("rewrite_query"); // a question is searched as it is
    JsonNode filter = fields.any("filters");
    fields.done();
    return new SearchWish(
        queries,
        new Search(
            text,
            most,
            ranking.threshold(),
            Condition.of(filter),
            ranking.words(),
            ranking.meaning()));
  }
}
