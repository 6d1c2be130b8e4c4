package io.tunemesh.platform.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.parts.ObjectStore;
import io.tunemesh.platform.disk.Workplace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class S3BlobStoreTest implements BlobStoreContract {

  @TempDir static Path folder;
  private static ObjectStore server;
  private static BlobStore store;
  private static Workplace workplace;

  @BeforeAll
  static void open() throws IOException {
    server = ObjectStore.start(folder, "bucket");
    S3Client client =
        S3Client.builder()
            .httpClientBuilder(ApacheHttpClient.builder())
            .region(Region.US_EAST_1)
            .endpointOverride(server.endpoint())
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ObjectStore.ACCESS_KEY, ObjectStore.SECRET_KEY)))
            .build();
    workplace = new Workplace(folder.resolve("work"), "me");
    store = new S3BlobStore(client, "bucket", workplace);
  }

  @AfterAll
  static void close() throws IOException {
    workplace.close();
    server.close();
  }

  @Test
  void leavesWhatItSendsWhereTheNextProcessFindsItAfterACrash() throws IOException {
    List<Path> found = new ArrayList<>();
    InputStream content =
        new InputStream() {
          @Override
          public int read() throws IOException {
            try (Stream<Path> files = Files.list(folder.resolve("work/me"))) {
              files.forEach(found::add);
            }
            return -1;
          }
        };

    store.put("spooled", content);

    assertThat(found).isNotEmpty().allSatisfy(file -> assertThat(file).doesNotExist());
  }

  @Override
  public BlobStore store() {
    return store;
  }
}
