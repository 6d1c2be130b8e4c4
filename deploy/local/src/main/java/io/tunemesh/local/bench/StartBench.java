package io.tunemesh.local.bench;

import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long each service took to start, by its own log, and what it holds in memory now, while it
 * idles.
 */
final class StartBench {

  private static final Pattern STARTED = Pattern.compile("started in ([0-9.]+)s");
  private static final long SETTLE_MS = 10_000;

  private final Home home;

  StartBench(Home home) {
    this.home = home;
  }

  void run() throws IOException, InterruptedException {
    Thread.sleep(SETTLE_MS);
    for (String service : state().services().keySet()) {
      if (service.endsWith("-service")) {
        restart(service);
      }
    }
    Thread.sleep(SETTLE_MS);
    for (var part : state().services().entrySet()) {
      if (part.getKey().endsWith("-service")) {
        Figure.less("start", part.getKey() + " start", "s", started(part.getKey()), null, null, 3.0)
            .print();
        Figure.less(
                "start",
                part.getKey() + " resident",
                "MB",
                resident(part.getValue()),
                null,
                null,
                250.0)
            .print();
      }
    }
  }

  /** Ends a service, which its supervisor then starts again, and waits until it is ready. */
  private void restart(String service) throws InterruptedException {
    PartState before = state().services().get(service);
    ProcessHandle.of(before.pid()).ifPresent(ProcessHandle::destroy);
    PartState now = before;
    while (now.restarts() == before.restarts() || !now.state().equals("ready")) {
      Thread.sleep(100);
      now = state().services().get(service);
    }
  }

  private MeshState state() {
    return MeshState.read(home).orElseThrow();
  }

  private double started(String service) throws IOException {
    List<String> lines = Files.readAllLines(home.log(service));
    for (String line : lines.reversed()) {
      Matcher matcher = STARTED.matcher(line);
      if (matcher.find()) {
        return Double.parseDouble(matcher.group(1));
      }
    }
    throw new IllegalStateException("the log of " + service + " tells of no start");
  }

  private static double resident(PartState part) throws IOException {
    return Files.readAllLines(Path.of("/proc", part.pid().toString(), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
