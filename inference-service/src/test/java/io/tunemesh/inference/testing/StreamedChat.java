package io.tunemesh.inference.testing;

import static org.awaitility.Awaitility.await;

import io.tunemesh.platform.testing.MeshResource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A chat that the stub engine streams to its end. */
public final class StreamedChat {

  private StreamedChat() {}

  /**
   * The lines that the asker sees.
   *
   * @param chat the address that is asked
   * @param usage the engine's last chunk; null for none
   * @param pieces of the answer, a frame each
   */
  public static List<String> lines(
      StubEngine engine, URI chat, String body, String usage, String... pieces) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(chat)
            .header("Authorization", "Bearer " + MeshResource.KEY)
            .POST(BodyPublishers.ofString(body))
            .build();
    CompletableFuture<List<String>> answer =
        HttpClient.newHttpClient()
            .sendAsync(request, BodyHandlers.ofLines())
            .thenApply(response -> response.body().filter(line -> !line.isEmpty()).toList());
    await().atMost(Duration.ofSeconds(60)).until(() -> engine.openStreams() == 1);
    for (String piece : pieces) {
      engine.frame(piece);
    }
    if (usage != null) {
      engine.raw("data: " + usage + "\n\n");
    }
    engine.endStream();
    return answer.get();
  }
}
