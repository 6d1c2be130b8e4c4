package io.tunemesh.local;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Runs one service with Quarkus' live reload in the place of the built one, against the rest of the
 * mesh.
 */
@Command(name = "dev", description = "Run one service with live reload against the rest.")
public final class DevCommand implements Callable<Integer> {

  @Parameters(paramLabel = "SERVICE")
  String service;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Parts.SERVICES.contains(service)) {
      throw new Fault("'%s' is no service. There are: %s".formatted(service, Parts.SERVICES));
    }
    Home home = Home.ofEnvironment();
    MeshState state = UpCommand.up(home, null, null);
    URI url = URI.create(state.services().get(service).url());
    DevMode.take(home, service);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> DevMode.giveBack(home, service)));
    while (!MeshState.read(home).orElse(state).services().get(service).state().equals("dev")) {
      Thread.sleep(100);
    }
    return quarkusDev(home, url.getPort());
  }

  private int quarkusDev(Home home, int port) throws IOException, InterruptedException {
    ProcessBuilder maven =
        new ProcessBuilder(
                List.of(
                    home.project().resolve("mvnw").toString(),
                    "-f",
                    home.project().resolve("pom.xml").toString(),
                    "-pl",
                    service,
                    "-am",
                    "test-compile",
                    "quarkus:dev",
                    "-Ddebug=false",
                    "-Dquarkus.http.port=" + port))
            .directory(home.project().toFile())
            .inheritIO();
    maven.environment().putAll(ServiceEnvironment.read(home, service));
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return maven.start().waitFor();
  }
}
