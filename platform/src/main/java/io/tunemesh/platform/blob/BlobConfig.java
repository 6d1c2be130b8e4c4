package io.tunemesh.platform.blob;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where blobs lie. S3 credentials come from the AWS SDK's own chain: environment, profile, or the
 * pod's role.
 */
@ConfigMapping(prefix = "tunemesh.blobs")
interface BlobConfig {

  /** {@code file} or {@code s3}. */
  Store store();

  /** The folder of the file store. */
  Path root();

  S3 s3();

  /** The two kinds of store. */
  enum Store {
    FILE,
    S3
  }

  /** An S3 bucket, on AWS or a server of the same protocol. */
  interface S3 {
    @WithDefault("tunemesh")
    String bucket();

    @WithDefault("us-east-1")
    String region();

    Optional<URI> endpoint();

    @WithDefault("false")
    boolean pathStyle();
  }
}
