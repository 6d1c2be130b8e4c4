package io.tunemesh.inference.knowledge;

import io.tunemesh.inference.knowledge.Records.Paragraph;
import io.tunemesh.inference.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Cuts a document into chunks: at headings, else between paragraphs and sentences, and within a
 * sentence only where it alone is too long. A row of a table is a chunk. Chunks under one heading
 * overlap by whole sentences. The same paragraphs always give the same chunks.
 */
final class Chunker {

  private record Piece(String text, int tokens, Place place) {}

  private final int size;
  private final int overlap;
  private final ToIntFunction<String> tokens;
  private final Consumer<Chunk> sink;
  private final List<Piece> pieces = new ArrayList<>();
  private int held;
  private int repeated;
  private int ordinal;

  /**
   * @param size the most tokens of a chunk
   * @param overlap the most tokens that a chunk repeats of the one before
   */
  Chunker(int size, int overlap, ToIntFunction<String> tokens, Consumer<Chunk> sink) {
    this.size = size;
    this.overlap = overlap;
    this.tokens = tokens;
    this.sink = sink;
  }

  void add(Paragraph paragraph) {
    if (paragraph.text() == null || paragraph.text().isBlank()) {
      return;
    }
    if (!pieces.isEmpty() && !pieces.getLast().place().goesOn(paragraph.place())) {
      end();
    }
    List<String> sentences = Sentences.of(paragraph.text().strip());
    for (int i = 0; i < sentences.size(); i++) {
      String sentence = sentences.get(i) + (i == sentences.size() - 1 ? "\n" : "");
      for (String part : parts(sentence)) {
        add(new Piece(part, tokens.applyAsInt(part), paragraph.place()));
      }
    }
  }

  /** Gives the last chunk; nothing comes any more, or what comes stands apart. */
  void end() {
    give();
    pieces.clear();
    held = 0;
    repeated = 0;
  }

  private void add(Piece piece) {
    if (held > 0 && held + piece.tokens() > size) {
      give();
      keepOverlap(piece.tokens());
    }
    pieces.add(piece);
    held += piece.tokens();
  }

  private void give() {
    if (pieces.size() <= repeated) {
      return;
    }
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append(piece.text()));
    Place place = pieces.getFirst().place().to(pieces.getLast().place());
    sink.accept(new Chunk(ordinal++, text.toString().strip(), place));
  }

  /** Leaves the last pieces that the next chunk repeats. */
  private void keepOverlap(int next) {
    int from = pieces.size();
    int kept = 0;
    while (from > 0) {
      int more = pieces.get(from - 1).tokens();
      if (kept + more > overlap || kept + more + next > size) {
        break;
      }
      kept += more;
      from--;
    }
    pieces.subList(0, from).clear();
    held = kept;
    repeated = pieces.size();
  }

  /** A sentence, or parts of one that is longer than a chunk. */
  private List<String> parts(String sentence) {
    if (sentence.length() <= size || tokens.applyAsInt(sentence) <= size) {
      return List.of(sentence);
    }
    int half = sentence.length() / 2;
    int space = sentence.lastIndexOf(' ', half);
    int cut = space > half / 2 ? space + 1 : half;
    if (Character.isLowSurrogate(sentence.charAt(cut))) {
      cut--;
    }
    List<String> parts = new ArrayList<>(parts(sentence.substring(0, cut)));
    parts.addAll(parts(sentence.substring(cut)));
    return parts;
  }
}
