package io.tunemesh.platform.blob;

import java.util.regex.Pattern;

/**
 * Which keys a store takes: no empty part, no part of dots alone or too long for the name of a
 * file, nothing that a file system or S3 reads differently.
 */
public final class BlobKeys {

  private static final int LONGEST = 512;

  private static final Pattern VALID =
      Pattern.compile("(?!.*(^|/)\\.+(/|$))[A-Za-z0-9._-]{1,255}+(?:/[A-Za-z0-9._-]{1,255}+)*+");

  private BlobKeys() {}

  /** Whether a blob can have this key. */
  public static boolean isKey(String key) {
    return key != null && key.length() <= LONGEST && VALID.matcher(key).matches();
  }

  static String check(String key) {
    if (!isKey(key)) {
      throw new IllegalArgumentException("no key of a blob: " + key);
    }
    return key;
  }
}
