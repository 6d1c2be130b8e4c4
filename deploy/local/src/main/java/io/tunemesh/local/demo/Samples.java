package io.tunemesh.local.demo;

import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The two sample workbooks, made by the project's generator. */
public final class Samples {

  private Samples() {}

  /** Makes the workbooks in {@code folder} and returns their files. */
  public static List<Path> make(Home home, Path folder) throws IOException, InterruptedException {
    Path script = home.project().resolve("trainer-service/starter/make_workbooks.py");
    Process process =
        new ProcessBuilder(home.python().toString(), script.toString(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.log("samples").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new Fault("The sample workbooks could not be made. See ./mesh logs samples");
    }
    try (Stream<Path> made = Files.list(folder)) {
      return made.filter(f -> f.toString().endsWith(".xlsx")).sorted().toList();
    }
  }
}
