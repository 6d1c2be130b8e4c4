package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.augment.Answer;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.token.Counting;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.FileBlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Builds datasets in the folder of a test, on a real file store. */
final class Building {

  private final Path temp;
  private final BlobStore blobs;
  private int builds;

  Building(Path temp) throws IOException {
    this.temp = temp;
    this.blobs = new FileBlobStore(temp.resolve("blobs"));
  }

  BlobStore blobs() {
    return blobs;
  }

  DatasetFiles built(DatasetSpec spec, UploadParsed... files) throws IOException {
    Made made = build(spec, 100_000, files);
    assertThat(made).isInstanceOf(Made.Built.class);
    return ((Made.Built) made).files();
  }

  Made.Rejected rejected(DatasetSpec spec, UploadParsed... files) throws IOException {
    Made made = build(spec, 1000, files);
    assertThat(made).isInstanceOf(Made.Rejected.class);
    return (Made.Rejected) made;
  }

  Made build(DatasetSpec spec, long most, UploadParsed... files) throws IOException {
    return build(spec, most, Collections.nCopies(files.length, List.of()), files);
  }

  Made build(DatasetSpec spec, long most, List<List<BlobRef>> found, UploadParsed... files)
      throws IOException {
    return run(new Order(spec, List.of(files)), lines(most), found);
  }

  Made build(DatasetSpec spec, TrainingLimit limit, UploadParsed... files) throws IOException {
    return run(
        new Order(spec, List.of(files)), limit, Collections.nCopies(files.length, List.of()));
  }

  /** A build with word lists, and with the answers of models that were asked before. */
  Made build(
      DatasetSpec spec,
      Map<String, UploadParsed> words,
      Map<String, Answer> answers,
      UploadParsed... files)
      throws IOException {
    Order order = new Order(spec, List.of(files), words, answers, Counting.NONE);
    return run(order, lines(100_000), Collections.nCopies(files.length, List.of()));
  }

  private Made run(Order order, TrainingLimit limit, List<List<BlobRef>> found) throws IOException {
    builds++;
    Path folder = Files.createDirectories(temp.resolve("build-" + builds));
    String prefix = "datasets/acme/ds-" + builds + "/";
    return new Build(blobs, limit, order, found, prefix, folder, new Advance()).run();
  }

  private static TrainingLimit lines(long most) {
    return new TrainingLimit(most, Long.MAX_VALUE);
  }

  List<String> lines(BlobRef ref) throws IOException {
    return text(ref).lines().toList();
  }

  JsonNode json(BlobRef ref) throws IOException {
    return Json.MAPPER.readTree(text(ref));
  }

  private String text(BlobRef ref) throws IOException {
    try (InputStream in = blobs.open(ref)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static DatasetSpec spec(Source... sources) {
    return new DatasetSpec("exams", List.of(sources), null);
  }

  static Source source(String file, Integer repeat, Integer limit, Double weight) {
    return new Source(file, null, null, null, repeat, limit, weight);
  }
}
