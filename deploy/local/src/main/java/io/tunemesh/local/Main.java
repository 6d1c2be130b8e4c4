package io.tunemesh.local;

import io.tunemesh.local.bench.BenchCommand;
import io.tunemesh.local.demo.DemoCommand;
import io.tunemesh.local.replay.ReplayCommand;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Database;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The commands behind the {@code mesh} script. */
@Command(
    name = "mesh",
    description = "Runs the whole of Tunemesh on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      DevCommand.class,
      ReplayCommand.class,
      DemoCommand.class,
      BenchCommand.class
    })
public final class Main {

  /** Held here, since a logger that nobody holds forgets its level. */
  private static final Logger KAFKA_CLIENTS = Logger.getLogger("org.apache.kafka.clients");

  private final Home home = Home.ofEnvironment();

  /** Runs one command; what the user can mend is one line on standard error and exit code 1. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING);
    KAFKA_CLIENTS.setLevel(Level.SEVERE);
    CommandLine mesh = new CommandLine(new Main());
    mesh.setExecutionExceptionHandler(
        (e, command, result) -> {
          if (e instanceof Fault) {
            System.err.println("mesh: " + e.getMessage());
            return 1;
          }
          throw e;
        });
    int code = mesh.execute(arguments);
    if (code != 0 || arguments.length == 0 || !arguments[0].equals("part")) {
      System.exit(code);
    }
  }

  @Command(name = "supervise", hidden = true)
  int supervise(@Parameters int port) throws IOException, InterruptedException {
    return new Supervisor(home, port).run();
  }

  @Command(name = "part", hidden = true)
  void part(@Parameters String name, @Parameters int... ports)
      throws IOException, InterruptedException {
    switch (name) {
      case "broker" -> broker(ports[0], ports[1]);
      case "database" -> database(ports[0]);
      default -> throw new Fault("no part is called " + name);
    }
  }

  private void broker(int port, int controllerPort) throws IOException {
    Broker broker = Broker.start(home.data("kafka"), port, controllerPort);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
    broker.await();
  }

  /**
   * Stays while PostgreSQL answers, and ends when it does not, so that the supervisor starts both
   * again.
   */
  private void database(int port) throws IOException, InterruptedException {
    Database database = Database.start(home.data("postgres"), home.postgres(), port, true);
    int missed = 0;
    while (missed < 3) {
      Thread.sleep(500);
      missed = Orphans.postgres(home).isPresent() && database.answers() ? 0 : missed + 1;
    }
    Runtime.getRuntime().halt(1);
  }
}
