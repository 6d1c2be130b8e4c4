package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.FileBlobStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes chats of records as a build does, but outside of the service, for a benchmark: {@code
 * WriteChats READING RECORDS CHATS RECIPE TIMES}, where READING is what ingest found in the file,
 * as JSON. Prints how many chats and refused rows there are, and how long it took, for each time
 * that it does so: the first has the JVM still learning, as after a start, the last does not.
 */
public final class WriteChats {

  private record Chat(List<Turn> messages) {}

  private WriteChats() {}

  public static void main(String[] arguments) throws Exception {
    Path records = Path.of(arguments[1]).toAbsolutePath();
    ObjectNode reading = (ObjectNode) Json.MAPPER.readTree(arguments[0]);
    reading.put("file_id", "file-1").put("filename", "table");
    reading.putObject("records").put("key", records.getFileName().toString());
    DatasetSpec.Source source =
        new DatasetSpec.Source("file-1", arguments[3], null, null, null, null, null, null, null);
    DatasetSpec spec = new DatasetSpec(null, List.of(source), null);
    UploadParsed upload = Json.MAPPER.treeToValue(reading, UploadParsed.class);
    Path file = Path.of(arguments[2]);
    for (int time = 0; time < Integer.parseInt(arguments[4]); time++) {
      long start = System.nanoTime();
      try (Lines chats = new Lines(file)) {
        Chats sink = new Chats(chats);
        new SourceReading(0, spec, upload, new Cleaning(null))
            .read(new FileBlobStore(records.getParent()), sink);
        chats.close();
        System.out.printf(
            "{\"chats\": %d, \"refused\": %d, \"seconds\": %.3f}%n",
            chats.count(), sink.refusals(), (System.nanoTime() - start) / 1e9);
      }
      Files.delete(file); // a build writes into files that are not there yet
    }
  }

  private static final class Chats implements LineSink {
    private final Lines lines;
    private long refused;

    Chats(Lines lines) {
      this.lines = lines;
    }

    @Override
    public void example(ExampleLine line, Part part, Example made, WrittenLine written)
        throws java.io.IOException {
      if (written == null) {
        lines.add(new Chat(line.messages()));
      } else {
        lines.add(written::writeTo);
      }
    }

    @Override
    public LineWriter.Form form() {
      return LineWriter::writeWords;
    }

    @Override
    public void refused(RefusedLine line) {
      refused++;
    }

    @Override
    public long refusals() {
      return refused;
    }

    @Override
    public boolean full() {
      return false;
    }
  }
}
