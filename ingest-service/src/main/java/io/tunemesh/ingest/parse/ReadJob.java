package io.tunemesh.ingest.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One file for a reader process: a line of JSON on its standard input.
 *
 * @param file what is to be read, as a path
 * @param filename as its owner calls it
 * @param records where the records go; made or replaced
 * @param folder for the reader's own files; whoever made it empties it
 * @param settings of the readers, see {@link ReaderSettings}
 */
record ReadJob(
    String file, String filename, String records, String folder, Map<String, String> settings) {

  /** A file of ours, which has no other name. */
  static ReadJob of(Path file, Path records, Path folder, Map<String, String> settings) {
    return new ReadJob(
        file.toString(),
        file.getFileName().toString(),
        records.toString(),
        folder.toString(),
        settings);
  }

  /** The job of a line. Data binding would take a reader that starts longer than a small file. */
  static ReadJob of(String line) throws IOException {
    Map<String, String> own = new HashMap<>();
    Map<String, String> settings = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(line)) {
      Map<String, String> values = own;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.START_OBJECT && json.currentName() != null) {
          values = settings;
        } else if (token == JsonToken.END_OBJECT) {
          values = own;
        } else if (token == JsonToken.VALUE_STRING) {
          values.put(json.currentName(), json.getText());
        }
      }
    }
    return new ReadJob(
        own.get("file"), own.get("filename"), own.get("records"), own.get("folder"), settings);
  }
}
