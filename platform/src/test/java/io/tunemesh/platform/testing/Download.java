package io.tunemesh.platform.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** An HTTP client that takes a body for whole only if all of it came. */
public final class Download {

  private Download() {}

  /** What is at {@code address} for the owner of {@link MeshResource#KEY}. */
  public static HttpResponse<byte[]> of(URI address) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try {
      return client.send(
          HttpRequest.newBuilder(address)
              .header("Authorization", "Bearer " + MeshResource.KEY)
              .timeout(Duration.ofMinutes(2))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } finally {
      client.shutdownNow();
    }
  }

  /** Holds if the connection is cut before the end, and nobody has to wait for that. */
  public static void assertBreaksOff(URI address) {
    assertThatThrownBy(() -> of(address))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
  }
}
