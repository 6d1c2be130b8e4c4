package io.tunemesh.contract;

import java.util.regex.Pattern;

/** The names of runs: what one service takes, all that hear of it take as well. */
public final class Runs {

  /** What a name is, for people. */
  public static final String WANTED = "up to 128 letters, digits and . _ : -";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private Runs() {}

  /** Whether {@code run} is a name of a run, or null, which is none. */
  public static boolean isFine(String run) {
    return run == null || NAME.matcher(run).matches();
  }
}
