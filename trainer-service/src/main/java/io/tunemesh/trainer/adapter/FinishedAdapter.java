package io.tunemesh.trainer.adapter;

import io.tunemesh.contract.training.BestMetric;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An adapter as an attempt left it on this machine, with the digests that its maker took. */
public record FinishedAdapter(
    Path folder,
    List<File> files,
    Path probes,
    Path lossCurve,
    Map<String, Map<String, Double>> metrics,
    long steps,
    long bestStep,
    BestMetric bestMetric,
    Long overfittingSince,
    long trainedTokens,
    Double finalLoss,
    Double seconds) {

  /** One file of the folder. */
  public record File(String name, long bytes, String sha256) {}
}
