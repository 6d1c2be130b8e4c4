package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.Calls.file;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.platform.testing.MeshResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls of a client that sends a file in parts. */
final class PartCalls {

  private PartCalls() {}

  static String create(String name, long bytes) {
    return creation(Map.of("filename", name, "bytes", bytes))
        .then()
        .statusCode(200)
        .body("status", equalTo("pending"))
        .extract()
        .path("id");
  }

  static Response creation(Map<String, Object> fields) {
    Map<String, Object> body =
        new HashMap<>(
            Map.of(
                "filename", "a.csv", "purpose", "fine-tune", "bytes", 5, "mime_type", "text/csv"));
    body.putAll(fields);
    return as(MeshResource.KEY).contentType("application/json").body(body).post("/v1/uploads");
  }

  static ValidatableResponse part(String id, byte[] bytes) {
    return as(MeshResource.KEY)
        .multiPart(file("data", "part", bytes))
        .post("/v1/uploads/" + id + "/parts")
        .then();
  }

  static String send(String id, byte[] bytes) {
    return part(id, bytes).statusCode(200).body("upload_id", equalTo(id)).extract().path("id");
  }

  static Response complete(String id, List<String> parts, String md5) {
    Map<String, Object> body = new HashMap<>(Map.of("part_ids", parts));
    if (md5 != null) {
      body.put("md5", md5);
    }
    return as(MeshResource.KEY)
        .contentType("application/json")
        .body(body)
        .post("/v1/uploads/" + id + "/complete");
  }
}
