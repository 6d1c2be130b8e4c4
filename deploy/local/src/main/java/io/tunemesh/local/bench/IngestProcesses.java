package io.tunemesh.local.bench;

import io.tunemesh.local.Home;
import io.tunemesh.local.bench.BenchProcess.Run;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of the benchmarks of ingest: parts of our services, and peers. */
final class IngestProcesses {

  /** What {@code ./mesh up} gives a service. */
  private static final List<String> SERVICE_HEAP =
      List.of("-Xmx256m", "-Xms48m", "-XX:MaxNewSize=32m", "-XX:+UseSerialGC");

  private final Home home;

  IngestProcesses(Home home) {
    this.home = home;
  }

  /** Runs a class of a service, with the classes, the heap and the collector of that service. */
  Run ours(String service, String main, Object... arguments)
      throws IOException, InterruptedException {
    return java(SERVICE_HEAP, home.classes(service), main, arguments);
  }

  /** Runs a class of this program that measures with the libraries of ingest. */
  Run peer(String main, Object... arguments) throws IOException, InterruptedException {
    return beside(home.project().resolve("deploy/local/target/classes"), main, arguments);
  }

  /** Runs a class of ingest's tests. */
  Run test(String main, Object... arguments) throws IOException, InterruptedException {
    return beside(home.project().resolve("ingest-service/target/test-classes"), main, arguments);
  }

  /** Runs a Python program. */
  Run python(String program, Object... arguments) throws IOException, InterruptedException {
    return BenchProcess.run(List.of(home.python().toString(), "-c", program), arguments);
  }

  private Run beside(Path own, String main, Object... arguments)
      throws IOException, InterruptedException {
    String classes = own + File.pathSeparator + home.classes("ingest-service");
    return java(List.of("-Xmx2g"), classes, main, arguments);
  }

  private static Run java(List<String> heap, String classes, String main, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Home.java()));
    command.addAll(heap);
    command.addAll(
        List.of(
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dlog4j2.statusLoggerLevel=OFF",
            "-cp",
            classes,
            main));
    return BenchProcess.run(command, arguments);
  }
}
