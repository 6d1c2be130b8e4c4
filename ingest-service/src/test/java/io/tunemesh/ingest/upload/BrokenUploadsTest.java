package io.tunemesh.ingest.upload;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.platform.testing.MeshResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Uploads on a plain socket: broken off, too large, to odd addresses, and as a client library's.
 */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class BrokenUploadsTest {

  @TestHTTPResource URI server;

  @ConfigProperty(name = "tunemesh.upload.spool")
  Path spool;

  @Test
  void leavesNothingOfAnUploadThatIsBrokenOff() throws IOException {
    Set<Path> others = spooled();
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.getOutputStream().write(head(5_000_000));
      socket.getOutputStream().write(part("broken.xlsx"));
      socket.getOutputStream().write(new byte[1_000_000]);
      socket.getOutputStream().flush();
      await().atMost(Calls.PATIENCE).until(() -> !others.containsAll(spooled()));
    }

    await().atMost(Calls.PATIENCE).until(() -> others.containsAll(spooled()));
    assertThat(names()).doesNotContain("broken.xlsx");
    given().get("/q/health/ready").then().statusCode(200);
  }

  @Test
  void saysThatAFileIsTooLargeBeforeItIsSent() throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout((int) Calls.PATIENCE.toMillis());
      socket.getOutputStream().write(head(600_000_000));

      String answer = "";
      while (!answer.contains("file_too_large")) {
        byte[] more = socket.getInputStream().readNBytes(1);
        assertThat(more).as("the answer so far: " + answer).isNotEmpty();
        answer += (char) more[0];
      }

      assertThat(answer).startsWith("HTTP/1.1 413").contains("536,870,912");
    }
  }

  @Test
  void takesARawUtf8NameAsTheClientLibrarySendsIt() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(part("语文 %22卷%22.xlsx"));
    body.writeBytes(Books.questions(1));
    body.writeBytes(
        Books.utf8(
            "\r\n--line\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--line--\r\n"));
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout((int) Calls.PATIENCE.toMillis());
      socket.getOutputStream().write(head(body.size()));
      socket.getOutputStream().write(body.toByteArray());

      byte[] status = socket.getInputStream().readNBytes(12);

      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    }
    assertThat(names()).contains("语文 \"卷\".xlsx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a|b", "{}", "\"a\"", "a^b", "%"})
  void answersAnAddressThatIsNoUri(String after) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout((int) Calls.PATIENCE.toMillis());
      String request =
          "GET /v1/files?after=%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(after, MeshResource.KEY);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      byte[] status = socket.getInputStream().readNBytes(12);

      assertThat(new String(status, StandardCharsets.US_ASCII)).matches("HTTP/1.1 [24]\\d\\d");
    }
  }

  private static List<String> names() {
    return given()
        .header("Authorization", "Bearer " + MeshResource.KEY)
        .get("/v1/files")
        .path("data.filename");
  }

  /** Another service on this machine, or one that was killed, may have files there as well. */
  private Set<Path> spooled() throws IOException {
    Path http = spool.resolve("http");
    if (!Files.isDirectory(http)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(http)) {
      return files.collect(Collectors.toSet());
    }
  }

  private byte[] head(long length) {
    return Books.utf8(
        ("POST /v1/files HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                + "Content-Type: multipart/form-data; boundary=line\r\nContent-Length: %d\r\n\r\n")
            .formatted(server.getHost(), MeshResource.KEY, length));
  }

  private static byte[] part(String filename) {
    return Books.utf8(
        ("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n")
            .formatted(filename));
  }
}
