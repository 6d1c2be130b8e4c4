package io.tunemesh.platform.blob;

import java.util.regex.Pattern;

/**
 * Which keys a store takes: no empty part, no part of dots alone, nothing that a file system or S3
 * reads differently.
 */
final class BlobKeys {

  private static final Pattern VALID =
      Pattern.compile("(?!.*(^|/)\\.+(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

  private BlobKeys() {}

  static String check(String key) {
    if (key == null || key.length() > 512 || !VALID.matcher(key).matches()) {
      throw new IllegalArgumentException("no key of a blob: " + key);
    }
    return key;
  }
}
