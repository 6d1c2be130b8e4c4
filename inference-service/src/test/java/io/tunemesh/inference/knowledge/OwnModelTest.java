package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.embedding.onnx.bgesmallzhv15q.BgeSmallZhV15QuantizedEmbeddingModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of one's own, for which one of those that come along stands in here. */
class OwnModelTest {

  private static final String CHINESE = "蛞蝓会避开铜。";
  private static final String ENGLISH = "Which metal do snails avoid?";
  private static final Map<String, StoreIndex.Source> SOURCES =
      Map.of("one", new StoreIndex.Source("one", "one", null));

  @TempDir Path folder;

  private record Settings(Path folder, Optional<PoolingMode> pooling, Optional<String> passage)
      implements KnowledgeConfig.Model {

    @Override
    public Optional<String> question() {
      return Optional.of("query: ");
    }
  }

  @BeforeEach
  void aModel() throws IOException {
    copy("bge-small-zh-v1.5-q.onnx", "model.onnx");
    copy("bge-small-zh-v1.5-q-tokenizer.json", "tokenizer.json");
  }

  @Test
  void findsByMeaningAcrossLanguages() throws IOException {
    assertThat(found(Embeddings.ours(), Embeddings.ours())).isEmpty();

    Embeddings own = model("passage: ");

    assertThat(own.passage(CHINESE).chinese()).isNull();
    assertThat(found(own, own)).extracting(Excerpt::text).containsExactly(CHINESE);
  }

  @Test
  void comparesNothingThatAnotherModelHasSaid() throws IOException {
    assertThat(found(model("passage: "), model(""))).isEmpty();
    assertThat(found(Embeddings.ours(), model(""))).isEmpty();
    assertThat(found(model(""), Embeddings.ours())).isEmpty();
  }

  @Test
  void comparesNothingThatAnotherTokenizerHasCut() throws IOException {
    Embeddings before = model("");
    assertThat(found(before, model(""))).hasSize(1);

    Files.writeString(folder.resolve("tokenizer.json"), "\n", StandardOpenOption.APPEND);

    assertThat(found(before, model(""))).isEmpty();
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));

    assertThatThrownBy(() -> model(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tunemesh.knowledge.model.folder=" + folder)
        .hasMessageContaining("there is no tokenizer.json");
  }

  /** By meaning alone, in an index that has the Chinese passage. */
  private static List<Excerpt> found(Embeddings passages, Embeddings questions) throws IOException {
    try (StoreIndex index = new StoreIndex()) {
      Chunk chunk = new Chunk(0, CHINESE, new Place(null, 1, 1, null, null, null));
      index.add("one", List.of(new ChunkTable.Kept(chunk, passages.passage(CHINESE))));
      index.refresh();
      Search search = new Search(ENGLISH, 5, 0, any -> true, 0, 1);
      return index.search(search, questions.question(ENGLISH), SOURCES);
    }
  }

  private Embeddings model(String passage) {
    Settings settings = new Settings(folder, Optional.of(PoolingMode.CLS), Optional.of(passage));
    return Embeddings.by(OwnModel.of(settings));
  }

  private void copy(String resource, String name) throws IOException {
    try (InputStream in =
        BgeSmallZhV15QuantizedEmbeddingModel.class.getResourceAsStream("/" + resource)) {
      Files.copy(in, folder.resolve(name));
    }
  }
}
