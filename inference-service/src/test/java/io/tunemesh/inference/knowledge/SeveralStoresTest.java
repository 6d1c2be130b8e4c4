package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A question that one of several stores can answer. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class SeveralStoresTest {

  private static final String QUESTION = "How many days of holiday may be carried over?";

  @Inject Library library;
  @Inject Retrieval retrieval;

  @Test
  void givesNoPlacesToAStoreThatHasNothingOnTheSubject() throws Exception {
    String handbook =
        library.document(
            "handbook.md",
            Map.of("heading", "Carry-over", "text", "Ten unused holidays may be carried over."),
            Map.of("heading", "Holidays", "text", "Everybody has thirty days of holiday a year."),
            Map.of("heading", "Leave", "text", "Ask for days of leave two weeks ahead."));
    String recipes =
        library.document(
            "recipes.md",
            Map.of("heading", "Bread", "text", "Knead the dough and let it rise for an hour."),
            Map.of("heading", "Soup", "text", "Boil the leeks with potatoes and cream."),
            Map.of("heading", "Cake", "text", "Beat the eggs with sugar until they are white."));
    String first = store(handbook);
    String second = store(recipes);

    List<Excerpt> found = retrieval.find("acme", List.of(second, first), Search.of(QUESTION, 3));

    assertThat(found).extracting(Excerpt::fileId).containsOnly(handbook);
    assertThat(found.getFirst().text()).contains("carried over");
    assertThat(found.getFirst().score()).isEqualTo(1);
  }

  @Test
  void findsAPassageOnceThatIsInTwoStores() throws Exception {
    String notes = library.document("notes.md", Map.of("text", "Holidays are in August."));

    List<Excerpt> found =
        retrieval.find("acme", List.of(store(notes), store(notes)), Search.of("holidays", 5));

    assertThat(found).extracting(Excerpt::text).containsExactly("Holidays are in August.");
  }

  /** A store with that document, which can be found. */
  private String store(String file) {
    String store =
        Calls.post("/v1/vector_stores", "{\"file_ids\": [\"%s\"]}".formatted(file))
            .path("id")
            .asText();
    library.awaitCompleted(store, file);
    return store;
  }
}
