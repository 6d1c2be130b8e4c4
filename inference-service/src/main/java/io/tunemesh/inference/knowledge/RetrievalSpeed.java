package io.tunemesh.inference.knowledge;

import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * {@code RetrievalSpeed PASSAGES QUESTIONS CHUNKS} says how long a search of so many chunks takes,
 * the question's embedding included. The chunks are pairs of passages; what they mean is the mean
 * of both with some noise, since the embedding of documents is not what is measured.
 */
public final class RetrievalSpeed {

  private static final int WARM = 300;
  private static final int ROUNDS = 1000;

  private RetrievalSpeed() {}

  public static void main(String[] arguments) throws IOException {
    List<String[]> passages = RetrievalQuality.pairs(Path.of(arguments[0]));
    List<String[]> questions = RetrievalQuality.pairs(Path.of(arguments[1]));
    int count = Integer.parseInt(arguments[2]);
    Embeddings embeddings = Embeddings.ours();
    List<Vectors> vectors = passages.stream().map(p -> embeddings.passage(p[1])).toList();
    Random random = new Random(7);
    try (StoreIndex index = new StoreIndex()) {
      for (int i = 0; i < count; i++) {
        int one = random.nextInt(passages.size());
        int other = random.nextInt(passages.size());
        String text = passages.get(one)[1] + "\n" + passages.get(other)[1];
        Chunk chunk = new Chunk(i, text, new Place(null, i, i, null, null, null));
        index.add("f", List.of(new ChunkTable.Kept(chunk, mean(vectors, one, other, random))));
      }
      index.refresh();
      Map<String, StoreIndex.Source> sources = Map.of("f", new StoreIndex.Source("f", "f", null));
      double[] taken = new double[ROUNDS];
      for (int i = -WARM; i < ROUNDS; i++) {
        String question = questions.get(random.nextInt(questions.size()))[0];
        long start = System.nanoTime();
        index.search(Search.of(question, 5), embeddings.question(question), sources);
        if (i >= 0) {
          taken[i] = (System.nanoTime() - start) / 1e6;
        }
      }
      Arrays.sort(taken);
      var said = Json.MAPPER.createObjectNode().put("chunks", count);
      said.put("p50_ms", taken[ROUNDS / 2]).put("p95_ms", taken[ROUNDS * 95 / 100]);
      System.out.println(said.put("p99_ms", taken[ROUNDS * 99 / 100]));
    }
  }

  private static Vectors mean(List<Vectors> all, int one, int other, Random random) {
    return new Vectors(
        mean(all.get(one).chinese(), all.get(other).chinese(), random),
        mean(all.get(one).english(), all.get(other).english(), random));
  }

  private static float[] mean(float[] one, float[] other, Random random) {
    if (one == null && other == null) {
      return null;
    }
    float[] mean = (one == null ? other : one).clone();
    for (int i = 0; i < mean.length; i++) {
      float more = one == null || other == null ? 0 : other[i];
      mean[i] = mean[i] + more + (float) random.nextGaussian() * 0.03f;
    }
    return mean;
  }
}
