package io.tunemesh.platform.blob;

import io.tunemesh.platform.disk.Workplace;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.io.IOException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes the service's blob store from its configuration. */
@ApplicationScoped
class BlobStores {

  @Produces
  @ApplicationScoped
  BlobStore store(BlobConfig config, Workplace workplace) throws IOException {
    return switch (config.store()) {
      case FILE -> new FileBlobStore(config.root());
      case S3 -> new S3BlobStore(client(config.s3()), config.s3().bucket(), workplace);
    };
  }

  private static S3Client client(BlobConfig.S3 config) {
    var builder =
        S3Client.builder()
            .httpClientBuilder(ApacheHttpClient.builder())
            .region(Region.of(config.region()))
            .forcePathStyle(config.pathStyle());
    config.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }
}
