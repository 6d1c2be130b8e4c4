package io.tunemesh.inference.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.platform.testing.MeshResource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A streamed chat read from its socket: the JDK's client forgets what it has not handed out when a
 * connection is cut.
 */
public final class RawStream implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader lines;

  /** Asks; {@code body} asks for a stream. */
  public RawStream(URI chat, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        """
        POST %s HTTP/1.1
        Host: %s
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(chat.getPath(), chat.getAuthority(), MeshResource.KEY, content.length);
    socket = new Socket(chat.getHost(), chat.getPort());
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(content);
    lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Reads on to the first line that has {@code word} in it. */
  public RawStream until(String word) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.contains(word)) {
      line = lines.readLine();
    }
    assertThat(line).isNotNull();
    return this;
  }

  /** What comes until the connection is cut; fails if the answer comes to its end instead. */
  public String rest() {
    StringBuilder rest = new StringBuilder();
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        assertThat(line).as("a line, and not the last chunk").isNotEqualTo("0");
        rest.append(line).append('\n');
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came for a minute, not even an end", e);
    } catch (IOException cut) {
      return rest.toString();
    }
    return rest.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
