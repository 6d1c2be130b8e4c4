package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.augment.Answer;
import io.tunemesh.dataset.augment.Step;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.dataset.token.Counting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that decides a dataset's bytes.
 *
 * @param files the sources of {@code spec}, in its order
 * @param words the word lists that it names, by those names
 * @param answers what served models answered; null before they were asked
 * @param counting what counts the examples' tokens
 */
record Order(
    DatasetSpec spec,
    List<UploadParsed> files,
    Map<String, UploadParsed> words,
    Map<String, Answer> answers,
    Counting counting) {

  /** An order of sources alone, whose examples are not counted. */
  Order(DatasetSpec spec, List<UploadParsed> files) {
    this(spec, files, Map.of(), null, Counting.NONE);
  }

  /** What {@code dataset}, which has all its sources, is to be made of. */
  static Order of(Dataset dataset, Map<String, Answer> answers, Counting counting) {
    List<UploadParsed> files =
        dataset.sources().stream()
            .map(source -> KnownUpload.<KnownUpload>findById(source.fileId()))
            .map(upload -> (UploadParsed) upload.fact())
            .toList();
    DatasetSpec spec = dataset.plan().dataset();
    int sources = spec.sources().size();
    Map<String, UploadParsed> words = new HashMap<>();
    for (String name : Step.wordFiles(spec)) {
      words.put(name, files.get(sources + words.size()));
    }
    return new Order(spec, files.subList(0, sources), words, answers, counting);
  }

  /** How many rows the sources have. */
  long rows() {
    return files.stream().mapToLong(UploadParsed::rows).sum();
  }

  /** What rows are read by: neither answers nor tokens matter to them. */
  static Order ofRows(Dataset dataset) {
    return of(dataset, null, Counting.NONE);
  }
}
