package io.tunemesh.dataset;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

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
    return key(MeshResource.KEY)
        .contentType("application/json")
        .body(body)
        .post("/v1/datasets")
        .then();
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
      page =
          Json.MAPPER.readTree(
              key(MeshResource.KEY).get(next + after).then().statusCode(200).extract().asString());
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
