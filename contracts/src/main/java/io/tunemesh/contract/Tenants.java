package io.tunemesh.contract;

import java.util.regex.Pattern;

/** The names that tenants can have. They are parts of ids and of the keys of blobs. */
public final class Tenants {

  /** As a regular expression. */
  public static final String FORM = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /** {@link #FORM} for people. */
  public static final String RULE =
      "a tenant's name is 1 to 64 of A-Z a-z 0-9 . _ - and begins with a letter or digit";

  private static final Pattern NAME = Pattern.compile(FORM);

  private Tenants() {}

  /** Whether a tenant can have this name. */
  public static boolean isName(String name) {
    return name != null && NAME.matcher(name).matches();
  }
}
