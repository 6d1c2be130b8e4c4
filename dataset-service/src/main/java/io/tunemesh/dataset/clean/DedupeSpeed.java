package io.tunemesh.dataset.clean;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code DedupeSpeed DOCUMENTS REMOVED THRESHOLD} removes the near-duplicates among the lines of a
 * file as a dataset's cleaning does, on one thread, and writes the numbers of those that it
 * removed. Prints the seconds that it took, reading included, and the most memory that the process
 * held.
 */
public final class DedupeSpeed {

  private DedupeSpeed() {}

  public static void main(String[] arguments) throws IOException {
    long start = System.nanoTime();
    try (NearDuplicates seen = new NearDuplicates(Double.parseDouble(arguments[2]));
        BufferedReader documents = Files.newBufferedReader(Path.of(arguments[0]));
        PrintWriter removed =
            new PrintWriter(Files.newBufferedWriter(Path.of(arguments[1])), false)) {
      int number = 0;
      for (String text = documents.readLine(); text != null; text = documents.readLine()) {
        if (seen.add(text, number).isPresent()) {
          removed.println(number);
        }
        number++;
      }
    }
    System.out.printf(
        "{\"seconds\": %.3f, \"peak_mb\": %.1f}%n", (System.nanoTime() - start) / 1e9, peak());
  }

  /** The most that this process held in memory, in MB. */
  private static double peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return 0;
  }
}
