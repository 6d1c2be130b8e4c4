package io.tunemesh.inference.testing;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.testing.MeshResource;
import java.time.Duration;

/** Calls of the API as a client makes them, by default with the key of {@code acme}. */
public final class Calls {

  private Calls() {}

  /** The answer's body, of a call that went well. */
  public static JsonNode post(String path, String body) {
    return json(sent(MeshResource.KEY, path, body).then().statusCode(200).extract().asString());
  }

  /** The error, of a call that was refused with {@code status}. */
  public static JsonNode refused(int status, String path, String body) {
    Response response = sent(MeshResource.KEY, path, body);
    return json(response.then().statusCode(status).extract().asString()).path("error");
  }

  public static Response sent(String key, String path, String body) {
    return given().auth().oauth2(key).contentType("application/json").body(body).post(path);
  }

  public static JsonNode get(String path) {
    return json(
        given()
            .auth()
            .oauth2(MeshResource.KEY)
            .get(path)
            .then()
            .statusCode(200)
            .extract()
            .asString());
  }

  public static int status(String key, String path) {
    return given().auth().oauth2(key).get(path).statusCode();
  }

  /** Awaits that the thing at {@code path} has that status. */
  public static JsonNode awaitStatus(String path, String status) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get(path).path("status").asText(), status::equals);
    return get(path);
  }

  public static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
