package io.tunemesh.ingest.upload;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.restassured.RestAssured;
import io.restassured.builder.MultiPartSpecBuilder;
import io.restassured.config.LogConfig;
import io.restassured.response.Response;
import io.restassured.specification.MultiPartSpecification;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.Json;
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

  /** Nothing is written down of what is sent, which for the bytes of a file takes seconds. */
  static RequestSpecification sending(String key) {
    return as(key).config(RestAssured.config().logConfig(LogConfig.logConfig()));
  }

  static String upload(String key, String name, byte[] bytes) {
    Response answer =
        sending(key)
            .multiPart(file("file", name, bytes))
            .multiPart("purpose", "fine-tune")
            .post("/v1/files");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer.path("id");
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

  /** Not by a path in the answer, which is compiled for each look. */
  static String status(String id) {
    String file =
        as(MeshResource.KEY).get("/v1/files/" + id).then().statusCode(200).extract().asString();
    try {
      return Json.MAPPER.readTree(file).path("status").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file, e);
    }
  }
}
