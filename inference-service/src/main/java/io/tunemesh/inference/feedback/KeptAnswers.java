package io.tunemesh.inference.feedback;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_AFTER;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.work.Loop;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * The answers that are kept for a time. They are stored behind the asker's back, so that none waits
 * for it; what does not fit the queue is not kept, nor what the database refuses for what is in it.
 */
@ApplicationScoped
class KeptAnswers {

  private static final Logger LOG = Logger.getLogger(KeptAnswers.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int AT_ONCE = 500;
  private static final int LONGEST_ID = 256;

  /** How many characters may wait to be stored. */
  private static final long MOST_WAITING = 64_000_000;

  private static final String INSERT =
      "INSERT INTO kept_answer"
          + " (turn_id, tenant, completion_id, model, messages, tools, answer, kept_at)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, now()) ON CONFLICT DO NOTHING";

  private final AgroalDataSource database;
  private final FeedbackConfig config;
  private final BlockingQueue<Kept> waiting;
  private final AtomicLong characters = new AtomicLong();

  /** Of turns that have not ended, by these. */
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  private final Loop writing;
  private final Loop forgetting;

  KeptAnswers(AgroalDataSource database, FeedbackConfig config) {
    this.database = database;
    this.config = config;
    this.waiting = new ArrayBlockingQueue<>(config.queue());
    this.writing = new Loop("kept-answers", PERIOD, this::write);
    this.forgetting = new Loop("old-kept-answers", Duration.ofMinutes(10), this::forgetOld);
  }

  /**
   * A question and its answer.
   *
   * @param messages JSON
   * @param tools JSON; null where the question offers none
   * @param answer JSON, the assistant's message
   */
  record Kept(
      String turn,
      String tenant,
      String completion,
      String model,
      String messages,
      String tools,
      String answer) {

    private long characters() {
      return messages.length() + (tools == null ? 0 : tools.length()) + answer.length();
    }
  }

  private record Open(String tenant, Exchange exchange) {}

  void start(@Observes StartupEvent event) {
    writing.start();
    forgetting.start();
  }

  /** After the workers, whose last turns end as they stop. */
  void stop(@Observes @Priority(LIBRARY_AFTER) ShutdownEvent event) {
    writing.close();
    forgetting.close();
    write();
  }

  /** A turn begins whose answer is to be kept. */
  void begins(Turn turn, Exchange exchange) {
    open.put(turn.id(), new Open(turn.tenant(), exchange));
  }

  /** The exchange of a turn that has not ended; null if nothing is to be kept of it. */
  Exchange of(Turn turn) {
    Open found = open.get(turn.id());
    return found == null ? null : found.exchange;
  }

  /** The turn has ended, and what was to be kept of it was given to {@link #keep}. */
  void ended(Turn turn) {
    open.remove(turn.id());
  }

  /** Keeps an exchange soon, if it has an answer. Does not block. */
  void keep(Turn turn, Exchange exchange) {
    String answer = exchange.answer();
    if (answer == null || !isName(exchange.completion())) {
      return;
    }
    Kept kept =
        new Kept(
            turn.id(),
            turn.tenant(),
            exchange.completion(),
            turn.model(),
            storable(exchange.messages()),
            storable(exchange.tools()),
            storable(answer));
    if (kept.characters() > config.longest()) {
      return;
    }
    if (put(kept)) {
      writing.wake();
    } else {
      LOG.warnf("An answer is not kept, since too many wait to be, turn=%s", turn.id());
    }
  }

  private boolean put(Kept kept) {
    long size = kept.characters();
    if (characters.addAndGet(size) <= MOST_WAITING && waiting.offer(kept)) {
      return true;
    }
    characters.addAndGet(-size);
    return false;
  }

  /** Whether feedback could name it; an engine that gives no id gives none that is wrong. */
  private static boolean isName(String completion) {
    return completion == null
        || completion.length() <= LONGEST_ID
            && completion.chars().noneMatch(Character::isISOControl);
  }

  /**
   * Makes sure that {@link #find} knows the answer of that id: who has just got it may ask a moment
   * before its turn has ended. Not within a transaction, which would hold a connection meanwhile,
   * and take back the answers of all others that are stored here when it fails.
   */
  void settle(String tenant, String id) {
    long until = System.nanoTime() + config.turnEnds().toNanos();
    try {
      while (isOpen(tenant, id) && System.nanoTime() - until < 0) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write();
  }

  private boolean isOpen(String tenant, String id) {
    return open.entrySet().stream()
        .filter(turn -> turn.getValue().tenant.equals(tenant))
        .anyMatch(
            turn -> turn.getKey().equals(id) || id.equals(turn.getValue().exchange.completion()));
  }

  /** The tenant's answer, by the id of the completion or of the turn. */
  Optional<Kept> find(String tenant, String id) {
    try (var connection = database.getConnection();
        var query =
            connection.prepareStatement(
                "SELECT turn_id, completion_id, model, messages, tools, answer FROM kept_answer"
                    + " WHERE tenant = ? AND (completion_id = ? OR turn_id = ?)"
                    + " ORDER BY kept_at DESC LIMIT 1")) {
      query.setString(1, tenant);
      query.setString(2, id);
      query.setString(3, id);
      try (var rows = query.executeQuery()) {
        return rows.next()
            ? Optional.of(
                new Kept(
                    rows.getString(1),
                    tenant,
                    rows.getString(2),
                    rows.getString(3),
                    rows.getString(4),
                    rows.getString(5),
                    rows.getString(6)))
            : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the kept answers cannot be read", e);
    }
  }

  /** Removes what was kept for long enough. */
  void forgetOld() {
    try (var connection = database.getConnection();
        var delete =
            connection.prepareStatement(
                "DELETE FROM kept_answer WHERE kept_at < now() - make_interval(secs => ?)")) {
      delete.setDouble(1, config.keepFor().toSeconds());
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the kept answers cannot be forgotten", e);
    }
  }

  /** Stores what waits to be. */
  synchronized void write() {
    List<Kept> next = new ArrayList<>();
    while (waiting.drainTo(next, AT_ONCE) > 0) {
      store(next);
      next.clear();
    }
  }

  private void store(List<Kept> next) {
    next.forEach(kept -> characters.addAndGet(-kept.characters()));
    try {
      insert(next);
    } catch (SQLException e) {
      if (!isRefusal(e)) {
        next.forEach(this::put);
        throw new IllegalStateException("answers cannot be kept now", e);
      }
      if (next.size() > 1) {
        oneByOne(next);
      } else {
        LOG.errorf(
            "An answer is not kept, since the database refuses it, turn=%s cause=%s",
            next.getFirst().turn(), e.getMessage());
      }
    }
  }

  private void oneByOne(List<Kept> next) {
    for (int i = 0; i < next.size(); i++) {
      try {
        characters.addAndGet(next.get(i).characters());
        store(List.of(next.get(i)));
      } catch (IllegalStateException outage) {
        next.subList(i + 1, next.size()).forEach(this::put);
        throw outage;
      }
    }
  }

  /** Whether it would be refused again: SQL's classes of wrong data, constraints and limits. */
  private static boolean isRefusal(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
  }

  private void insert(List<Kept> next) throws SQLException {
    try (var connection = database.getConnection();
        var insert = connection.prepareStatement(INSERT)) {
      for (Kept kept : next) {
        insert.setString(1, kept.turn());
        insert.setString(2, kept.tenant());
        insert.setString(3, kept.completion());
        insert.setString(4, kept.model());
        insert.setString(5, kept.messages());
        insert.setString(6, kept.tools());
        insert.setString(7, kept.answer());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Half a character becomes a question mark. */
  static String storable(String text) {
    return text == null
        ? null
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
