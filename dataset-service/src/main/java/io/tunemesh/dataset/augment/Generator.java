package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.dataset.recipe.RecipeType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has a served model write examples for one step, or others' words. It is offered every seed,
 * chooses parents by the salt alone, and asks for each: so that every build of a dataset asks the
 * same.
 */
public final class Generator {

  /** The request would be longer than an event may be. */
  static final String TOO_LARGE = "request_too_large";

  private static final int MOST_REQUESTS = 200;
  private static final int LONGEST_SHOWN = 8_000;
  private static final int LARGEST = 600_000;
  private static final int MOST_LABELS = 1000;

  private final Step step;
  private final Form form;
  private final Rewriter rewriter;
  private final String salt;
  private final int most;
  private final PriorityQueue<Shot> chosen =
      new PriorityQueue<>(Comparator.comparing(Shot::place).reversed());
  private final Map<String, Seed> parents = new HashMap<>();
  private final Set<String> labels = new TreeSet<>();

  /**
   * @param type a recipe that the step fits
   * @param settings of the source; may be null
   */
  public Generator(Step step, RecipeType type, Map<String, String> settings, String salt) {
    this.step = step;
    this.form = new Form(type, settings);
    this.rewriter = step.method() == Method.GENERATE ? null : new Rewriter(step, form);
    this.salt = salt;
    this.most = step.wish().max() == null ? MOST_REQUESTS : step.wish().max();
  }

  public Step step() {
    return step;
  }

  /** Considers a training example; one that is very long is not shown to a model. */
  public void offer(Seed seed) {
    if (seed.label() != null && labels.size() <= MOST_LABELS) {
      labels.add(seed.label());
    }
    Place place = new Place(Chance.number(salt, step.key(), seed.id()), seed.id());
    if (chosen.size() == most && chosen.peek().place.compareTo(place) <= 0) {
      return;
    }
    String written =
        rewriter == null ? Specimen.write(form, form.fields(seed)) : rewriter.written(seed);
    if (written.isEmpty() || written.length() > LONGEST_SHOWN) {
      return;
    }
    chosen.add(new Shot(place, written));
    parents.put(seed.id(), seed);
    if (chosen.size() > most) {
      parents.remove(chosen.poll().place.id);
    }
  }

  /** The questions for all that was offered; one that is too large to be asked has no body. */
  public List<Ask> asks() {
    List<Shot> shots = chosen.stream().sorted(Comparator.comparing(Shot::place)).toList();
    List<Ask> asks = new ArrayList<>();
    for (int copy = 0; copy < step.copies(); copy++) {
      for (int i = 0; i < shots.size() && asks.size() < most; i++) {
        asks.add(ask(shots, i, copy));
      }
    }
    return asks;
  }

  private Ask ask(List<Shot> shots, int first, int copy) {
    Shot parent = shots.get(first);
    int wanted = step.wish().examples() == null ? step.method().shown() : step.wish().examples();
    int others = Math.min(wanted, shots.size()) - 1;
    List<String> shown = new ArrayList<>(List.of(parent.written));
    for (int i = 0; i < others; i++) {
      int ahead = 1 + (copy * others + i) % (shots.size() - 1);
      shown.add(shots.get((first + ahead) % shots.size()).written);
    }
    String key = String.join("/", step.key(), parent.place.id, String.valueOf(copy));
    int seed = (int) Chance.number(salt, key) & Integer.MAX_VALUE;
    Seed from = parents.get(parent.place.id);
    ObjectNode body =
        rewriter == null
            ? Request.body(step, from.language(), shown, labels(), seed)
            : rewriter.body(from, shown, seed);
    ObjectNode then = rewriter == null ? null : rewriter.then(from, seed);
    return new Ask(key, step.key(), parent.place.id, isLarge(body) ? null : body, then);
  }

  /** Whether a request is longer than an event may be. */
  static boolean isLarge(ObjectNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8).length > LARGEST;
  }

  /** What came of a question, where {@code answers} are those that came, by its key. */
  public Attempt attempt(Ask ask, Map<String, Answer> answers) {
    if (ask.body() == null) {
      return new Attempt.Dropped(TOO_LARGE);
    }
    Answer answer = answers.get(ask.key());
    if (answer == null || answer.failure() != null) {
      return new Attempt.Dropped(answer == null ? Answer.NO_ANSWER : answer.failure());
    }
    Attempt attempt =
        rewriter == null
            ? Specimen.read(form, answer.text())
            : rewriter.read(parents.get(ask.parent()), answer.text());
    return attempt instanceof Attempt.Done done && !isKnown(done.example().label())
        ? new Attempt.Dropped("label_unknown")
        : attempt;
  }

  /** Whether the step's model is none that is served: nothing but that came back. */
  public boolean isModelUnknown(List<Ask> asks, Map<String, Answer> answers) {
    List<Answer> came =
        asks.stream().map(ask -> answers.get(ask.key())).filter(a -> a != null).toList();
    return came.stream().anyMatch(answer -> Answer.MODEL_NOT_FOUND.equals(answer.failure()))
        && came.stream().allMatch(answer -> answer.failure() != null);
  }

  /** The classes; none where they are too many to be classes. */
  private Set<String> labels() {
    return labels.size() > MOST_LABELS ? Set.of() : labels;
  }

  private boolean isKnown(String label) {
    return label == null || labels().isEmpty() || labels.contains(label);
  }

  /** Where an example stands in an order that nothing but the salt decides. */
  private record Place(long number, String id) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparingLong(Place::number).thenComparing(Place::id);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  private record Shot(Place place, String written) {}
}
