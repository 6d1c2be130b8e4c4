package io.tunemesh.platform.blob;

import io.tunemesh.parts.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
    store = new S3BlobStore(client, "bucket");
  }

  @AfterAll
  static void close() throws IOException {
    server.close();
  }

  @Override
  public BlobStore store() {
    return store;
  }
}
