package io.tunemesh.dataset;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An HTTP client of the service, and a reader of its blobs. */
final class Client {

  private Client() {}

  static ValidatableResponse post(String body) {
    return post(MeshResource.KEY, "/v1/datasets", body);
  }

  static ValidatableResponse post(String key, String path, String body) {
    return key(key).contentType("application/json").body(body).post(path).then();
  }

  static ValidatableResponse preview(String body, String query) {
    return post(MeshResource.KEY, "/v1/datasets/preview" + query, body);
  }

  /** Asks for a preview until the facts about its sources have come. */
  static ValidatableResponse awaitPreview(String body, int status, String query) {
    return await()
        .atMost(Mesh.PATIENCE)
        .until(() -> preview(body, query), answer -> answer.extract().statusCode() == status);
  }

  static JsonNode json(ValidatableResponse response) throws IOException {
    return Json.MAPPER.readTree(
        response.statusCode(200).contentType("application/json").extract().asString());
  }

  static RequestSpecification key(String key) {
    return given().header("Authorization", "Bearer " + key);
  }

  static List<JsonNode> pages(String path, int limit) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    String next = path + (path.contains("?") ? "&" : "?") + "limit=" + limit;
    String after = "";
    JsonNode page;
    do {
      page = json(key(MeshResource.KEY).get(next + after).then());
      assertThat(page.get("data").size()).isLessThanOrEqualTo(limit);
      page.get("data").forEach(all::add);
      after = "&after=" + page.get("last_id").asText();
    } while (page.get("has_more").asBoolean());
    return all;
  }

  static List<String> lines(BlobStore blobs, BlobRef ref) throws IOException {
    return text(blobs, ref).lines().toList();
  }

  static String text(BlobStore blobs, BlobRef ref) throws IOException {
    try (InputStream in = blobs.open(ref)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
