package io.tunemesh.ingest.upload;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.builder.MultiPartSpecBuilder;
import io.restassured.specification.MultiPartSpecification;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.platform.testing.MeshResource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Calls that a client makes. */
final class Calls {

  /** Only what never comes is waited for so long, on however slow a machine. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private Calls() {}

  static RequestSpecification as(String key) {
    return given().header("Authorization", "Bearer " + key);
  }

  static MultiPartSpecification file(String field, String name, byte[] bytes) {
    return new MultiPartSpecBuilder(bytes)
        .controlName(field)
        .fileName(name)
        .mimeType("application/octet-stream")
        .charset(StandardCharsets.UTF_8)
        .build();
  }

  static String upload(String key, String name, byte[] bytes) {
    return as(key)
        .multiPart(file("file", name, bytes))
        .multiPart("purpose", "fine-tune")
        .post("/v1/files")
        .then()
        .statusCode(200)
        .extract()
        .path("id");
  }

  /** Awaits that the file is read, and asserts how that ended. */
  static void awaitStatus(String id, String status) {
    await().atMost(PATIENCE).until(() -> isRead(id));
    assertThat(status(id)).as(id).isEqualTo(status);
  }

  /** Whether the file is read, well or not. */
  static boolean isRead(String id) {
    return !status(id).equals("uploaded");
  }

  static String status(String id) {
    return as(MeshResource.KEY)
        .get("/v1/files/" + id)
        .then()
        .statusCode(200)
        .extract()
        .path("status");
  }
}
