package io.tunemesh.platform.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.platform.testing.MeshResource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class ProblemsTest {

  @Test
  void asksForAKeyWhereThereIsNone() {
    given()
        .get("/v1/things")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .body("error.code", equalTo("invalid_api_key"))
        .body("error.message", containsString("Authorization: Bearer"));
  }

  @Test
  void refusesAKeyThatIsNotKnown() {
    given()
        .header("Authorization", "Bearer nonsense")
        .get("/v1/things")
        .then()
        .statusCode(401)
        .body("error.message", containsString("not known"));
  }

  @Test
  void takesTheTenantFromTheKey() {
    as(MeshResource.KEY).get("/v1/things").then().body("data", contains("acme", "b"));
    as(MeshResource.OTHER_KEY)
        .get("/v1/things")
        .then()
        .body("first_id", equalTo("globex"))
        .body("last_id", equalTo("b"))
        .body("has_more", equalTo(true));
  }

  @Test
  void writesOpenAisErrorObject() {
    as(MeshResource.KEY)
        .get("/v1/things/t-1")
        .then()
        .statusCode(404)
        .contentType("application/json")
        .body("error.message", equalTo("There is no thing with the id 't-1'."))
        .body("error.type", equalTo("invalid_request_error"))
        .body("error.code", equalTo("not_found"))
        .body("error.param", equalTo("id"));
  }

  @Test
  void writesAProblemForThoseWhoAcceptOne() {
    as(MeshResource.KEY)
        .accept("application/problem+json")
        .get("/v1/things/t-1")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:tunemesh:problem:not_found"))
        .body("status", equalTo(404));
  }

  @Test
  void tellsAllMistakesOfAPlanAtOnce() {
    as(MeshResource.KEY)
        .body(
            """
            {"dataset": {"sources": [{"file": "a.xlsx", "recipe": "poetry", "repeat": 0}]},
             "traning": {}}
            """)
        .post("/v1/things")
        .then()
        .statusCode(400)
        .body("error.code", equalTo("invalid_specification"))
        .body("error.errors", hasSize(3));
  }

  @Test
  void keepsInternalsOutOfA500() {
    as(MeshResource.KEY)
        .get("/v1/things/broken")
        .then()
        .statusCode(500)
        .body("error.type", equalTo("server_error"))
        .body("error.message", not(containsString("secret")))
        .body("error.message", containsString("err-"))
        .body("error.param", nullValue());
  }

  @Test
  void saysThatAPathLeadsNowhere() {
    as(MeshResource.KEY)
        .get("/v1/nothing")
        .then()
        .statusCode(404)
        .body("error.message", startsWith("There is nothing"));
  }

  @Test
  void givesEachAnswerAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (String path : List.of("/v1/things", "/v1/things", "/v1/things/t-1", "/v1/nothing")) {
      ids.add(as(MeshResource.KEY).get(path).header("x-request-id"));
    }
    ids.add(given().get("/v1/things").then().statusCode(401).extract().header("x-request-id"));

    assertThat(ids).hasSize(5).doesNotContainNull();
  }

  private static RequestSpecification as(String key) {
    return given().header("Authorization", "Bearer " + key);
  }
}
