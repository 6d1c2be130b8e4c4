package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.FileBlobStore;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes chats of records as a build does, but outside of the service, for a benchmark: {@code
 * WriteChats READING RECORDS CHATS RECIPE}, where READING is what ingest found in the file, as
 * JSON. Prints how many chats and refused rows there are.
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
    SourceReading rows =
        new SourceReading(
            0,
            new DatasetSpec(null, List.of(source), null),
            Json.MAPPER.treeToValue(reading, UploadParsed.class),
            new Cleaning(null));
    try (Lines chats = new Lines(Path.of(arguments[2]))) {
      Chats sink = new Chats(chats);
      rows.read(new FileBlobStore(records.getParent()), sink);
      System.out.printf("{\"chats\": %d, \"refused\": %d}%n", chats.count(), sink.refusals());
    }
  }

  private static final class Chats implements Sink {
    private final Lines lines;
    private long refused;

    Chats(Lines lines) {
      this.lines = lines;
    }

    @Override
    public void example(ExampleLine line, Part part) throws java.io.IOException {
      lines.add(new Chat(line.messages()));
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
