package io.tunemesh.local;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Runs one service with Quarkus' live reload in the place of the built one, against the rest of the
 * mesh. When it ends, the built one comes back.
 */
@Command(name = "dev", description = "Run one service with live reload against the rest.")
public final class DevCommand implements Callable<Integer> {

  private static final int END_PATIENCE_S = 30;
  private static final long LOOK_MS = 100;

  @Parameters(paramLabel = "SERVICE")
  String service;

  private Process maven;
  private boolean ended;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Parts.SERVICES.contains(service)) {
      throw new Fault("'%s' is no service. There are: %s".formatted(service, Parts.SERVICES));
    }
    Home home = Home.ofEnvironment();
    MeshState mesh = MeshStart.up(home, null, null);
    DevMode.take(home, service);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(home)));
    while (!state(home).services().get(service).state().equals("dev")) {
      Thread.sleep(LOOK_MS);
    }
    System.out.printf(
        "%s is yours, at %s and behind %s. Ctrl-C gives it back.%n",
        service, mesh.services().get(service).url(), mesh.url());
    return start(home, URI.create(mesh.services().get(service).url()).getPort()).waitFor();
  }

  private static MeshState state(Home home) {
    return MeshState.read(home)
        .filter(MeshState::alive)
        .orElseThrow(() -> new Fault("The mesh went down meanwhile. Again: ./mesh dev"));
  }

  private synchronized Process start(Home home, int port) throws IOException {
    if (ended) {
      throw new Fault("It was ended before it began.");
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    home.project().resolve("mvnw").toString(),
                    "-q",
                    "-pl",
                    service,
                    "-am",
                    "test-compile",
                    "quarkus:dev",
                    "-Ddebug=false",
                    "-Dquarkus.analytics.disabled=true",
                    "-Dquarkus.http.port=" + port))
            .directory(home.project().toFile())
            .inheritIO();
    builder.environment().putAll(ServiceEnvironment.read(home, service));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put(Orphans.MARK, home.folder().toString());
    maven = builder.start();
    DevMode.note(home, service, maven.toHandle());
    return maven;
  }

  private synchronized void end(Home home) {
    ended = true;
    if (maven != null) {
      Orphans.ask(maven.toHandle(), END_PATIENCE_S);
    }
    DevMode.giveBack(home, service);
  }
}
