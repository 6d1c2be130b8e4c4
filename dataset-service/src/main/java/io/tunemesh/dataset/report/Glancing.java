package io.tunemesh.dataset.report;

import com.fasterxml.jackson.core.JsonParser;
import io.tunemesh.dataset.clean.Letters;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.report.Words.Fields;
import io.tunemesh.dataset.report.Words.Said;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.page.Texts;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/** Takes glances at examples, for one thread. */
public final class Glancing {

  /** From so many bytes on, a message and its answer tell a chat from others by themselves. */
  private static final int TELLING = 40;

  private static final long[] NO_TURNS = {};

  private final Words words;
  private final String seed;
  private final MessageDigest digest = Digests.sha256();

  /**
   * @param seed decides which examples are shown
   */
  Glancing(Words words, String seed) {
    this.words = words;
    this.seed = seed;
  }

  /**
   * A glance at an example.
   *
   * @param structure before the first token of its structure; null where it has none
   */
  public Glance at(ExampleLine line, JsonParser structure) throws IOException {
    Fields fields = structure == null ? Fields.NONE : Fields.of(structure);
    Said said = words.of(line.messages(), line.text(), fields);
    List<Turn> turns = line.messages();
    return new Glance(
        line.language(),
        turns == null
            ? Texts.length(line.text())
            : turns.stream().mapToInt(turn -> Texts.length(turn.content())).sum(),
        turns == null ? null : Texts.length(turns.getLast().content()),
        fields.label(),
        letters(line.items()),
        Sampling.place(seed + "\n" + line.id()),
        key(line, said));
  }

  private Glance.Key key(ExampleLine line, Said said) {
    ByteBuffer asked = Letters.AND_SIGNS.utf8(said.question());
    ByteBuffer answered = Letters.AND_SIGNS.utf8(said.answer());
    long question = Glance.NOTHING;
    if (asked.hasRemaining()) {
      digest.update(asked.duplicate());
      question = hash();
    }
    Part part = Part.of(line.split());
    return new Glance.Key(
        part,
        line.augmented() == null,
        Sampling.place(line.id()),
        whole(asked, answered),
        question,
        turns(line.messages(), part));
  }

  private long whole(ByteBuffer asked, ByteBuffer answered) {
    if (!asked.hasRemaining() && !answered.hasRemaining()) {
      return Glance.NOTHING;
    }
    digest.update(asked);
    digest.update(answered);
    return hash();
  }

  /** Of training all that is taught, and of the other parts what is measured: the last answer. */
  private long[] turns(List<Turn> turns, Part part) {
    if (turns == null || turns.size() < 4) {
      return NO_TURNS;
    }
    int first = part == Part.TRAIN ? 0 : turns.size() - 1;
    LongArrayList hashes = new LongArrayList();
    for (int i = first; i < turns.size(); i++) {
      if (turns.get(i).learned() && i > 0) {
        ByteBuffer asked = Letters.AND_SIGNS.utf8(turns.get(i - 1).content());
        ByteBuffer answered = Letters.AND_SIGNS.utf8(turns.get(i).content());
        if (part == Part.TRAIN || asked.remaining() + answered.remaining() >= TELLING) {
          hashes.add(whole(asked, answered));
        }
      }
    }
    return hashes.toLongArray();
  }

  private long hash() {
    long hash = ByteBuffer.wrap(digest.digest()).getLong();
    return hash == Glance.NOTHING ? 1 : hash;
  }

  private static List<String> letters(List<Item> items) {
    return items == null
        ? List.of()
        : items.stream().map(item -> String.valueOf(item.answer())).toList();
  }
}
