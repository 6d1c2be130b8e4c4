package io.tunemesh.ingest.record;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * How much one file that is no workbook may ask of us. No reader holds more at a time than one or
 * two of the longest records, so these bound the memory that a file needs, whatever its size; rows
 * and characters of all records together are bounded where they are written.
 */
@ConfigMapping(prefix = "tunemesh.reader")
public interface ReaderConfig {

  @WithDefault("1000")
  int maxColumns();

  @WithDefault("1000000")
  int maxCellCharacters();

  /** Characters of one record: a row, a line, a paragraph. */
  @WithDefault("2000000")
  int maxRecordCharacters();

  /** How deep JSON may be nested. */
  @WithDefault("100")
  int maxDepth();

  /** Files in an archive. */
  @WithDefault("1000")
  int maxEntries();

  /** Bytes that one file of an archive may unpack to. */
  @WithDefault("536870912")
  long maxEntryBytes();

  /** Bytes that all files of an archive may unpack to together. */
  @WithDefault("1073741824")
  long maxBytes();

  /**
   * Smallest share of its unpacked size that a file of an archive may be packed to. Deflate's own
   * limit is 1 to 1032; repetitive tables come to 1 to 100.
   */
  @WithDefault("0.002")
  double minInflateRatio();

  /** Pages of a PDF. */
  @WithDefault("5000")
  int maxPages();

  /** Unpacked bytes of a Parquet file's pages and dictionaries that are in memory side by side. */
  @WithDefault("67108864")
  long maxPageBytes();
}
