package io.tunemesh.inference.knowledge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists that change while a client goes through them. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class PagingTest {

  private static final String STORES = "/v1/vector_stores";

  @Inject Library library;

  @Test
  void listsAllFilesToAClientThatTakesEachOutAsItGoes() {
    String files = STORES + "/" + store() + "/files";
    List<String> attached = IntStream.range(0, 25).mapToObj(i -> "file-nowhere-" + i).toList();
    attached.forEach(file -> Calls.post(files, "{\"file_id\": \"%s\"}".formatted(file)));

    List<String> seen = new ArrayList<>();
    JsonNode page = Calls.get(files);
    while (!page.path("data").isEmpty()) {
      List<String> ids = page.path("data").findValuesAsText("id");
      ids.forEach(file -> delete(files + "/" + file));
      seen.addAll(ids);
      page = Calls.get(files + "?after=" + page.path("last_id").asText());
    }

    assertThat(seen).containsExactlyElementsOf(attached.reversed());
  }

  @Test
  void goesOnBehindAFileThatNoLongerPassesTheFilter() {
    String store = store();
    library.held(store, "file-first");
    library.held(store, "file-second");
    String files = STORES + "/" + store + "/files?filter=in_progress&limit=1";
    assertThat(Calls.get(files).path("last_id").asText()).isEqualTo("file-second");

    QuarkusTransaction.requiringNew()
        .run(
            () ->
                StoreFile.update(
                    "status = ?1 where storeId = ?2 and fileId = 'file-second'",
                    StoreFile.Status.COMPLETED,
                    store));

    assertThat(Calls.get(files + "&after=file-second").path("last_id").asText())
        .isEqualTo("file-first");
  }

  @Test
  void keepsThePlaceOfAFileThatIsAttachedAnew() {
    String store = store();
    String files = STORES + "/" + store + "/files";
    for (String file : List.of("file-nowhere-1", "file-nowhere-2")) {
      Calls.post(files, "{\"file_id\": \"%s\"}".formatted(file));
    }
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                StoreFile.update("status = ?1 where storeId = ?2", StoreFile.Status.FAILED, store));

    Calls.post(files, "{\"file_id\": \"file-nowhere-1\"}");

    assertThat(Calls.get(files).path("data").findValuesAsText("status"))
        .containsExactly("failed", "in_progress");
    assertThat(Calls.get(files + "?after=file-nowhere-2").path("last_id").asText())
        .isEqualTo("file-nowhere-1");
  }

  @Test
  void goesOnBehindAStoreThatIsRemoved() {
    String first = store();
    String second = store();
    delete(STORES + "/" + second);

    assertThat(Calls.get(STORES + "?limit=1&after=" + second).path("last_id").asText())
        .isEqualTo(first);
    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .get(STORES + "?after=" + second)
        .then()
        .statusCode(400);
  }

  @Test
  void tellsOfMoreInTheDirectionThatIsAsked() {
    String files = STORES + "/" + store() + "/files";
    for (int i = 1; i <= 5; i++) {
      Calls.post(files, "{\"file_id\": \"file-nowhere-%d\"}".formatted(i));
    }

    assertThat(page(files + "?limit=2&before=file-nowhere-2")).isEqualTo("4 3 more");
    assertThat(page(files + "?limit=2&before=file-nowhere-3")).isEqualTo("5 4");
    assertThat(page(files + "?limit=2&order=asc&before=file-nowhere-4")).isEqualTo("2 3 more");
    assertThat(page(files + "?after=file-nowhere-5&before=file-nowhere-2")).isEqualTo("4 3");
    assertThat(page(files + "?limit=1&after=file-nowhere-5&before=file-nowhere-2"))
        .isEqualTo("4 more");
    assertThat(page(files + "?order=asc&after=file-nowhere-1&before=file-nowhere-3"))
        .isEqualTo("2");
  }

  private static String page(String path) {
    JsonNode page = Calls.get(path);
    List<String> ids = page.path("data").findValuesAsText("id");
    assertThat(page.path("first_id").asText()).isEqualTo(ids.getFirst());
    assertThat(page.path("last_id").asText()).isEqualTo(ids.getLast());
    return String.join(" ", ids).replace("file-nowhere-", "")
        + (page.path("has_more").asBoolean() ? " more" : "");
  }

  private static String store() {
    return Calls.post(STORES, "{}").path("id").asText();
  }

  private static void delete(String path) {
    given().auth().oauth2(MeshResource.KEY).delete(path).then().statusCode(200);
  }
}
