package io.tunemesh.ingest.parse;

import java.nio.file.Path;
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
    String file,
    String filename,
    String records,
    String folder,
    Map<String, Map<String, Object>> settings) {

  /** A file of ours, which has no other name. */
  static ReadJob of(
      Path file, Path records, Path folder, Map<String, Map<String, Object>> settings) {
    return new ReadJob(
        file.toString(),
        file.getFileName().toString(),
        records.toString(),
        folder.toString(),
        settings);
  }
}
