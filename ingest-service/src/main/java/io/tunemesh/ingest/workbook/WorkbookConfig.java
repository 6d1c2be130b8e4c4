package io.tunemesh.ingest.workbook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * How much one workbook may ask of us. Excel itself stops at 1,048,576 rows, 16,384 columns and
 * 32,767 characters a cell; the defaults leave room for what other programs write.
 */
@ConfigMapping(prefix = "tunemesh.workbook")
public interface WorkbookConfig {

  /** Entries of the zip. A workbook has about ten, and one for each picture. */
  @WithDefault("1000")
  int maxEntries();

  /** Bytes that one entry may inflate to; POI's own limit is 4 GB. */
  @WithDefault("536870912")
  long maxEntryBytes();

  /** Bytes that all that is read may inflate to. */
  @WithDefault("1073741824")
  long maxBytes();

  /** Bytes of a part that is held in memory: content types, relations. */
  @WithDefault("4194304")
  long maxIndexBytes();

  /**
   * Smallest share of its inflated size that an entry may be packed to. Below it is a zip bomb: a
   * real sheet packs to between a fifth and a fiftieth.
   */
  @WithDefault("0.01")
  double minInflateRatio();

  @WithDefault("200")
  int maxSheets();

  @WithDefault("1000")
  int maxColumns();

  @WithDefault("1000000")
  int maxCellCharacters();

  /** Distinct texts of a workbook. */
  @WithDefault("4000000")
  int maxSharedTexts();

  /** Bytes of heap for distinct texts, in UTF-8; what is more lies in a file. */
  @WithDefault("50331648")
  long sharedTextMemory();

  /** The header is looked for in so many rows from the first that has anything. */
  @WithDefault("20")
  int headerWithin();
}
