package io.tunemesh.ingest.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Puts every hostile file into a folder, for programs outside of these tests: {@code FOLDER} gets
 * the files, called by numbers, and {@code corpus.json}, a list of the file, the name and the codes
 * of each.
 */
final class HostileCorpus {

  private HostileCorpus() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    List<Hostile> all = HostileFiles.all();
    for (int i = 0; i < all.size(); i++) {
      Files.write(folder.resolve(String.valueOf(i)), all.get(i).bytes().make());
    }
    new ObjectMapper()
        .writeValue(
            folder.resolve("corpus.json").toFile(),
            IntStream.range(0, all.size())
                .mapToObj(
                    i ->
                        Map.of(
                            "file", String.valueOf(i),
                            "name", all.get(i).name(),
                            "codes", all.get(i).codes()))
                .toList());
  }
}
