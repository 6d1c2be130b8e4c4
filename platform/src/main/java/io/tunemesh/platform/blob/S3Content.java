package io.tunemesh.platform.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes. Closed before their end it gives up its connection, which the client would
 * otherwise read the rest from, however many gigabytes, to use it again.
 */
final class S3Content extends FilterInputStream {

  private final ResponseInputStream<GetObjectResponse> object;
  private long left;

  S3Content(ResponseInputStream<GetObjectResponse> object) {
    super(object);
    this.object = object;
    Long bytes = object.response().contentLength();
    this.left = bytes == null ? Long.MAX_VALUE : bytes;
  }

  @Override
  public int read() throws IOException {
    int found = super.read();
    left = found < 0 ? 0 : left - 1;
    return found;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    left = read < 0 ? 0 : left - read;
    return read;
  }

  @Override
  public void close() throws IOException {
    if (left > 0) {
      object.abort();
    } else {
      super.close();
    }
  }
}
