package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code RetrievalQuality PASSAGES QUESTIONS} says how well labelled questions find their passages:
 * by words alone, by meaning alone, and by both as a question in service is answered. Recall@5 is
 * the share of the questions whose passage is among the first five; MRR is the mean of one by the
 * passage's rank, and 0 behind the tenth.
 */
public final class RetrievalQuality {

  private static final int FIRST = 5;
  private static final int DEEPEST = 10;

  /** A question and the id of the passage that answers it. */
  record Question(String text, String passage) {}

  /** What a way of searching reached. */
  record Reached(double recall, double mrr) {}

  private RetrievalQuality() {}

  /** Both arguments are files of lines with a tab: id and text, question and id. */
  public static void main(String[] arguments) throws IOException {
    Map<String, Reached> reached = of(Path.of(arguments[0]), Path.of(arguments[1]));
    ObjectNode said = Json.MAPPER.createObjectNode();
    said.put("questions", pairs(Path.of(arguments[1])).size());
    said.put("passages", pairs(Path.of(arguments[0])).size());
    reached.forEach(
        (way, of) -> said.putObject(way).put("recall", of.recall()).put("mrr", of.mrr()));
    System.out.println(said);
  }

  /** By the names {@code sparse}, {@code dense} and {@code fused}. */
  static Map<String, Reached> of(Path passages, Path questions) throws IOException {
    Embeddings embeddings = Embeddings.ours();
    Map<String, StoreIndex.Source> sources = new HashMap<>();
    try (StoreIndex index = new StoreIndex()) {
      for (String[] passage : pairs(passages)) {
        sources.put(passage[0], new StoreIndex.Source(passage[0], passage[0], null));
        Place place = new Place(null, 1, 1, null, null, null);
        Chunk chunk = new Chunk(0, passage[1], place);
        index.add(
            passage[0], List.of(new ChunkTable.Kept(chunk, embeddings.passage(chunk.searched()))));
      }
      index.refresh();
      List<Question> asked =
          pairs(questions).stream().map(pair -> new Question(pair[0], pair[1])).toList();
      Map<String, Reached> reached = new LinkedHashMap<>();
      reached.put("sparse", reached(index, sources, embeddings, asked, 1, 0));
      reached.put("dense", reached(index, sources, embeddings, asked, 0, 1));
      reached.put(
          "fused", reached(index, sources, embeddings, asked, Search.WORDS, Search.MEANING));
      return reached;
    }
  }

  private static Reached reached(
      StoreIndex index,
      Map<String, StoreIndex.Source> sources,
      Embeddings embeddings,
      List<Question> questions,
      double words,
      double meaning)
      throws IOException {
    double found = 0;
    double reciprocal = 0;
    for (Question question : questions) {
      Search search = new Search(question.text(), DEEPEST, 0, any -> true, words, meaning);
      List<Excerpt> excerpts = index.search(search, embeddings.question(question.text()), sources);
      List<String> ids = excerpts.stream().map(Excerpt::fileId).toList();
      int rank = ids.indexOf(question.passage()) + 1;
      found += rank >= 1 && rank <= FIRST ? 1 : 0;
      reciprocal += rank >= 1 ? 1.0 / rank : 0;
    }
    return new Reached(found / questions.size(), reciprocal / questions.size());
  }

  static List<String[]> pairs(Path file) throws IOException {
    List<String[]> pairs = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        pairs.add(line.split("\t", 2));
      }
    }
    return pairs;
  }
}
