package io.tunemesh.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.platform.app.Bodies;
import io.tunemesh.platform.testing.MeshResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class WholeOrCutTest {

  @TestHTTPResource URI service;

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, stream", "HTTP_1_1, sized", "HTTP_1_1, output",
    "HTTP_2, stream", "HTTP_2, sized", "HTTP_2, output"
  })
  void givesAllOfABodyOrAnError(HttpClient.Version version, String body) throws Exception {
    HttpResponse<byte[]> whole = get(version, body);
    assertThat(whole.version()).isEqualTo(version);
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).hasSize(Bodies.BYTES);

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> get(version, body + "?broken=" + Bodies.BYTES / 2))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(HttpTimeoutException.class);
    }

    for (String early : new String[] {"?broken=0", "?broken=10"}) {
      HttpResponse<byte[]> failed = get(version, body + early);
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(new String(failed.body())).startsWith("{").contains("internal_error");
      assertThat(failed.headers().firstValue("X-About")).isEmpty();
    }
  }

  private HttpResponse<byte[]> get(HttpClient.Version version, String body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
      return client.send(
          HttpRequest.newBuilder(service.resolve("/v1/bodies/" + body))
              .header("Authorization", "Bearer " + MeshResource.KEY)
              .timeout(Duration.ofMinutes(2))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }
  }
}
