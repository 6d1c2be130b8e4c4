package io.tunemesh.trainer.adapter;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.training.BestMetric;
import java.util.List;
import java.util.Map;

/**
 * What makes an adapter real: {@code adapters/{id}/manifest.json}, written once after everything it
 * names is stored.
 *
 * @param attempt whose files they are
 * @param model the name to ask for in a chat
 * @param overfittingSince the step from which it grew worse on the validation split; may be null
 * @param summary what the training was and how it went, for programs; may be null
 * @param bestMetric what chose the best step; may be null
 * @param metrics by model ({@code base}, {@code tuned}) and name
 */
public record AdapterManifest(
    String adapterId,
    String jobId,
    long attempt,
    String model,
    String baseModel,
    String kind,
    List<AdapterFile> files,
    BlobRef probes,
    BlobRef lossCurve,
    BlobRef summary,
    Map<String, Map<String, Double>> metrics,
    long steps,
    long bestStep,
    BestMetric bestMetric,
    Long overfittingSince,
    long trainedTokens,
    Double finalLoss,
    Double seconds) {}
