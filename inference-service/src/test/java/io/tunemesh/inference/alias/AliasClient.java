package io.tunemesh.inference.alias;

import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.platform.testing.MeshResource;

/** Asks about aliases, as acme where no other key is given. */
public final class AliasClient {

  private AliasClient() {}

  public static ValidatableResponse put(String name, String body) {
    return as(MeshResource.KEY).body(body).put("/v1/aliases/{name}", name).then();
  }

  public static ValidatableResponse putIfMatch(String name, String version, String body) {
    return as(MeshResource.KEY)
        .header("If-Match", version)
        .body(body)
        .put("/v1/aliases/{name}", name)
        .then();
  }

  public static ValidatableResponse post(String name, String action, String body) {
    return as(MeshResource.KEY).body(body).post("/v1/aliases/{name}/{action}", name, action).then();
  }

  public static ValidatableResponse get(String key, String name) {
    return as(key).get("/v1/aliases/{name}", name).then();
  }

  public static ValidatableResponse delete(String name) {
    return as(MeshResource.KEY).delete("/v1/aliases/{name}", name).then();
  }

  /** A body that points to one model. */
  public static String model(String model) {
    return "{\"model\": \"%s\"}".formatted(model);
  }

  static RequestSpecification as(String key) {
    return given().auth().oauth2(key).contentType("application/json");
  }
}
