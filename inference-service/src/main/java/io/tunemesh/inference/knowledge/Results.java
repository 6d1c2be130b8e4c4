package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import java.util.List;

/**
 * OpenAI's page of search results.
 *
 * @param nextPage always null: all that was asked for is on the page
 */
record Results<T>(
    String object, List<String> searchQuery, List<T> data, boolean hasMore, String nextPage) {

  /**
   * A passage that was found.
   *
   * @param place where it stands in its document
   */
  record Result(
      String fileId,
      String filename,
      double score,
      JsonNode attributes,
      List<Content> content,
      Place place) {}

  /**
   * @param type always {@code text}
   * @param place null where it stands beside
   */
  record Content(String type, String text, @JsonInclude(JsonInclude.Include.NON_NULL) Place place) {

    static Content of(Chunk chunk) {
      return new Content("text", chunk.text(), chunk.place());
    }
  }

  static Results<Result> of(List<String> queries, List<Excerpt> found) {
    List<Result> results =
        found.stream()
            .map(
                one ->
                    new Result(
                        one.fileId(),
                        one.filename(),
                        one.score(),
                        one.attributes() == null
                            ? Json.MAPPER.createObjectNode()
                            : one.attributes(),
                        List.of(new Content("text", one.text(), null)),
                        one.place()))
            .toList();
    return new Results<>("vector_store.search_results.page", queries, results, false, null);
  }
}
