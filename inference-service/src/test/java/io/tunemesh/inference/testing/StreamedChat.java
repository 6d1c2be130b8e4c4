package io.tunemesh.inference.testing;

import static org.awaitility.Awaitility.await;

import io.tunemesh.platform.testing.MeshResource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Chats whose answers come while a test goes on. */
public final class StreamedChat {

  private StreamedChat() {}

  /**
   * Asks as acme; cancelling it closes the connection.
   *
   * @param chat the address that is asked
   */
  public static CompletableFuture<HttpResponse<String>> asked(URI chat, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(chat)
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "Bearer " + MeshResource.KEY)
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString());
  }

  /**
   * The lines that the asker sees of a chat that the engine streams to its end.
   *
   * @param usage the engine's last chunk; null for none
   * @param pieces of the answer, a frame each
   */
  public static List<String> lines(
      StubEngine engine, URI chat, String body, String usage, String... pieces) throws Exception {
    CompletableFuture<HttpResponse<String>> answer = asked(chat, body);
    await().atMost(Duration.ofSeconds(30)).until(() -> engine.openStreams() == 1);
    for (String piece : pieces) {
      engine.frame(piece);
    }
    if (usage != null) {
      engine.raw("data: " + usage + "\n\n");
    }
    engine.endStream();
    return answer.get().body().lines().filter(line -> !line.isEmpty()).toList();
  }
}
