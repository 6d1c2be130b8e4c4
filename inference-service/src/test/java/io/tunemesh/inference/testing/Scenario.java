package io.tunemesh.inference.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What most tests do: publish an adapter and await what becomes of it, or ask as a client. */
@ApplicationScoped
public class Scenario {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final Mesh mesh;

  Scenario(Mesh mesh) {
    this.mesh = mesh;
  }

  /** A whole adapter whose weights say {@code suffix-weights}; not sent yet. */
  public AdapterPublished sentLater(String suffix) {
    return mesh.adapter(suffix, suffix + "-weights");
  }

  /** Sends the adapter and waits until it serves. */
  public AdapterPublished serves(AdapterPublished published) {
    mesh.send(published);
    awaitServing(published);
    return published;
  }

  public AdapterPublished serves(String suffix) {
    return serves(sentLater(suffix));
  }

  public void awaitServing(AdapterPublished published) {
    await()
        .atMost(SOON)
        .until(() -> !mesh.events(AdapterServing.class, published.adapterId()).isEmpty());
  }

  /** Sends the adapter, waits until it is refused, and sees that it never served. */
  public AdapterRefused refusal(AdapterPublished published) {
    mesh.send(published);
    await()
        .atMost(SOON)
        .until(() -> !mesh.events(AdapterRefused.class, published.adapterId()).isEmpty());
    assertThat(mesh.events(AdapterServing.class, published.adapterId())).isEmpty();
    return (AdapterRefused)
        mesh.events(AdapterRefused.class, published.adapterId()).getFirst().data();
  }

  /** Says hello to the model as acme. */
  public ValidatableResponse chat(String model) {
    return chat(MeshResource.KEY, request(model));
  }

  public ValidatableResponse chat(String key, String body) {
    return given()
        .auth()
        .oauth2(key)
        .contentType("application/json")
        .body(body)
        .post("/v1/chat/completions")
        .then();
  }

  /** The body that says hello. */
  public static String request(String model) {
    return "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}"
        .formatted(model);
  }

  /** The same that asks for a stream. */
  public static String streamed(String model) {
    return request(model).replaceFirst("\\{", "{\"stream\": true, ");
  }

  public ValidatableResponse modelRequest(String model) {
    return given().auth().oauth2(MeshResource.KEY).get("/v1/models/{id}", model).then();
  }

  public ValidatableResponse deleteAs(String key, String model) {
    return given().auth().oauth2(key).delete("/v1/models/{id}", model).then();
  }
}
