package io.tunemesh.platform.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tunemesh.contract.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** What is read of a large object, by a server that counts. */
class S3ContentTest {

  private static final int LARGE = 256 << 20;

  private final AtomicLong given = new AtomicLong();
  private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private BlobStore store;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    S3Client client =
        S3Client.builder()
            .httpClientBuilder(ApacheHttpClient.builder())
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
            .forcePathStyle(true)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build();
    store = new S3BlobStore(client, "bucket", null);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void leavesTheRestOfAnObjectThatIsClosedEarly() throws IOException {
    try (InputStream in = store.open(new BlobRef("large", null, null))) {
      assertThat(in.read()).isZero();
    }

    assertThat(given.get()).isLessThan(LARGE / 2);
  }

  @Test
  void keepsTheConnectionOfAnObjectThatIsReadToItsLastByte() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (InputStream in = store.open(new BlobRef("small", null, null))) {
        assertThat(in.readNBytes(10)).hasSize(10);
      }
    }

    assertThat(connections).hasSize(1);
  }

  private void answer(HttpExchange exchange) throws IOException {
    connections.add(exchange.getRemoteAddress().getPort());
    int bytes = exchange.getRequestURI().getPath().endsWith("large") ? LARGE : 10;
    exchange.sendResponseHeaders(200, bytes);
    byte[] piece = new byte[Math.min(bytes, 1 << 16)];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int sent = 0; sent < bytes; sent += piece.length) {
        out.write(piece);
        given.addAndGet(piece.length);
      }
    }
  }
}
