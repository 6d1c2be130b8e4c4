package io.tunemesh.trainer.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * One attempt at one job, as a line on the worker's standard input. Paths are absolute; what is
 * null is left out.
 *
 * @param job its id
 * @param resume the folder of a checkpoint to go on from
 * @param resumeSha256 the digests of that checkpoint's files
 */
record WorkerJob(
    String job,
    long attempt,
    String workdir,
    String events,
    Base base,
    Dataset dataset,
    ObjectNode spec,
    String resume,
    Map<String, String> resumeSha256) {

  record Base(String id, String folder) {}

  /** Its id, paths of the splits, and what the examples are for. */
  record Dataset(
      String id, String train, String validation, String test, String format, String task) {}
}
