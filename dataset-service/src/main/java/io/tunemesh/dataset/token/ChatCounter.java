package io.tunemesh.dataset.token;

import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.platform.token.BaseTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Counts chats as the trainer takes them ({@code trainer-service/runtime/tune/data.py}): each
 * stretch between two speakers by itself, an answer up to the token that ends it, and nothing after
 * the last answer. A chat whose earlier turns the template writes otherwise once others follow is
 * an example for each answer that is learned, and its count is theirs together. Plain text is
 * counted with the token that ends it; it is packed into blocks in training, so that nothing of it
 * is cut off. Of a chat with more than {@link #WRITTEN_OUT} answers the contents alone are counted
 * from there on: each answer is found by writing out all before it. Where each answer is an example
 * of its own, it counts all before it there as well.
 */
record ChatCounter(BaseTokenizer tokenizer, ChatTemplate template, Set<Long> stops, int cutoff)
    implements ExampleCounter {

  /** The most answers of a chat that are written out, which takes the square of their number. */
  static final int WRITTEN_OUT = 200;

  private static final String REWRITES =
      "the model's chat template writes what stands before an answer otherwise once the answer is"
          + " there, so that the answer cannot be learned; use another base model";

  @Override
  public String contentsOnly() {
    return null;
  }

  @Override
  public List<TokenCount> count(List<Countable> examples) throws Unrenderable {
    List<List<Piece>> pieces = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Countable example : examples) {
      List<Piece> own = List.of();
      String problem = null;
      try {
        own = pieces(example);
      } catch (TurnedDown e) {
        problem = e.getMessage();
      }
      pieces.add(own);
      problems.add(problem);
      own.forEach(piece -> texts.add(piece.text));
    }
    long[][] tokens = tokenizer.encode(texts);
    List<TokenCount> counts = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < pieces.size(); i++) {
      List<Piece> own = pieces.get(i);
      counts.add(
          problems.get(i) == null ? count(own, tokens, next) : TokenCount.problem(problems.get(i)));
      next += own.size();
    }
    return counts;
  }

  private TokenCount count(List<Piece> pieces, long[][] tokens, int first) {
    if (pieces.getFirst().kind == Kind.PLAIN) {
      int total = tokens[first].length + 1;
      return TokenCount.of(total, total, total, 0);
    }
    long total = 0;
    long answer = 0;
    long learned = 0;
    long cutOff = 0;
    int at = 0;
    int history = 0;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int length = tokens[first + i].length;
      if (piece.kind == Kind.THEN_SHOWN || piece.kind == Kind.THEN_ANSWER) {
        if (piece.kind == Kind.THEN_ANSWER && piece.learned) {
          int end = history + length + 1;
          total += end;
          answer += length + 1;
          learned += Math.max(0, Math.min(end, cutoff) - history);
          cutOff += Math.max(0, end - cutoff);
        }
        history += length;
        continue;
      }
      boolean last = piece.kind == Kind.LAST_ANSWER;
      if (piece.kind != Kind.SHOWN) {
        int stop = lastStop(tokens[first + i]);
        int end = stop >= 0 ? stop + 1 : last ? length + 1 : length;
        length = last ? end : length;
        answer += piece.learned ? end : 0;
        learned += piece.learned ? Math.max(0, Math.min(at + end, cutoff) - at) : 0;
      }
      total += length;
      at += length;
      if (last) {
        cutOff += Math.max(0, at - cutoff);
        history = at;
        at = 0;
      }
    }
    return TokenCount.of(atMost(total), atMost(answer), atMost(learned), atMost(cutOff));
  }

  /** Examples that each repeat what is before them may be more together than a number holds. */
  private static int atMost(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  private int lastStop(long[] tokens) {
    for (int i = tokens.length - 1; i >= 0; i--) {
      if (stops.contains(tokens[i])) {
        return i;
      }
    }
    return -1;
  }

  private List<Piece> pieces(Countable example) throws TurnedDown, Unrenderable {
    if (example.messages() == null) {
      return List.of(new Piece(example.text(), Kind.PLAIN, true));
    }
    List<Turn> turns = example.messages();
    Told told = template.told(turns);
    List<Integer> answers =
        IntStream.range(0, turns.size())
            .filter(i -> turns.get(i).role().equals("assistant"))
            .boxed()
            .toList();
    List<Piece> together = together(told, turns, answers);
    if (together != null) {
      return together;
    }
    List<Integer> learned = answers.stream().filter(i -> turns.get(i).learned()).toList();
    List<Piece> pieces = new ArrayList<>();
    int next = 0;
    for (int index : learned.isEmpty() ? List.of(answers.getLast()) : learned) {
      if (pieces.size() == 2 * WRITTEN_OUT) {
        addExamples(turns.subList(next, turns.size()), pieces);
        return pieces;
      }
      List<Piece> alone = together(told, turns, List.of(index));
      if (alone == null) {
        throw new TurnedDown(REWRITES);
      }
      pieces.addAll(alone);
      next = index + 1;
    }
    return pieces;
  }

  /** Answers in one text; null where the template writes one otherwise once others follow. */
  private List<Piece> together(Told told, List<Turn> turns, List<Integer> answers)
      throws TurnedDown, Unrenderable {
    List<Piece> pieces = new ArrayList<>();
    String done = "";
    for (int i : answers) {
      if (pieces.size() == 2 * WRITTEN_OUT) {
        addContents(turns, i, pieces);
        return pieces;
      }
      String before = template.render(told, i, true);
      String after = template.render(told, i + 1, false);
      if (!before.startsWith(done) || !after.startsWith(before)) {
        return null;
      }
      Kind kind = i == answers.getLast() ? Kind.LAST_ANSWER : Kind.ANSWER;
      pieces.add(new Piece(before.substring(done.length()), Kind.SHOWN, false));
      pieces.add(new Piece(after.substring(before.length()), kind, turns.get(i).learned()));
      done = after;
    }
    return pieces;
  }

  private static void addContents(List<Turn> turns, int answer, List<Piece> pieces) {
    for (int i = answer - 1; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      Kind kind =
          !turn.role().equals("assistant")
              ? Kind.SHOWN
              : i == turns.size() - 1 ? Kind.LAST_ANSWER : Kind.ANSWER;
      pieces.add(new Piece(turn.content(), kind, turn.learned()));
    }
  }

  /** The contents behind the last example, where each answer is an example of its own. */
  private static void addExamples(List<Turn> turns, List<Piece> pieces) {
    for (Turn turn : turns) {
      Kind kind = turn.role().equals("assistant") ? Kind.THEN_ANSWER : Kind.THEN_SHOWN;
      pieces.add(new Piece(turn.content(), kind, turn.learned()));
    }
  }

  /** The turns of a chat; a text is one that the model learns to say. */
  static List<Turn> turns(Countable example) {
    return example.messages() == null
        ? List.of(Turn.assistant(example.text()))
        : example.messages();
  }

  private enum Kind {
    SHOWN,
    ANSWER,
    LAST_ANSWER,
    THEN_SHOWN,
    THEN_ANSWER,
    PLAIN
  }

  private record Piece(String text, Kind kind, boolean learned) {}
}
