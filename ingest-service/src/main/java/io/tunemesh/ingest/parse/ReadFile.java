package io.tunemesh.ingest.parse;

import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads files as the service does, but outside of it: {@code ReadFile [--practised] [--records
 * PATH] FILE...} prints for each a line of JSON with the answer, how long it took, and the most
 * memory that the reader held until then. The first file's time has the start of the reader in it,
 * unless that has practised, as one in an idle service has. All settings are the defaults. The last
 * file's records stay at PATH.
 */
final class ReadFile {

  private ReadFile() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Deque<String> files = new ArrayDeque<>(List.of(arguments));
    boolean practised = files.removeFirstOccurrence("--practised");
    Path kept = files.removeFirstOccurrence("--records") ? Path.of(files.pop()) : null;
    ParseConfig config = ReaderSettings.defaults(ParseConfig.class);
    try (Folder folder = Folder.temporary("read");
        ReaderPool pool =
            new ReaderPool(
                config, ReaderCommand.of(config), ReaderSettings::defaults, folder.path())) {
      Path records = kept == null ? folder.path().resolve("records") : kept.toAbsolutePath();
      if (practised) {
        pool.prepare();
        pool.awaitPrepared();
      }
      for (String file : files) {
        Path path = Path.of(file).toAbsolutePath();
        Files.deleteIfExists(records); // the service has a new place for those of each file
        long start = System.nanoTime();
        ReadAnswer answer = pool.read(path, path.getFileName().toString(), records, folder.path());
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("answer", answer);
        line.put("seconds", seconds);
        line.put("peak_mb", peak());
        System.out.println(Json.MAPPER.writeValueAsString(line));
      }
    }
  }

  /** Megabytes that the reader held at most, where the system tells; else null. */
  private static Double peak() throws IOException {
    for (ProcessHandle reader : ProcessHandle.current().children().toList()) {
      Path status = Path.of("/proc", String.valueOf(reader.pid()), "status");
      if (Files.exists(status)) {
        for (String line : Files.readAllLines(status)) {
          if (line.startsWith("VmHWM:")) {
            return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
          }
        }
      }
    }
    return null;
  }
}
