package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.engine.PoolConfig;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks now and then whether engines are silent of which an answer, or more of one, is awaited, for
 * all questions at once: while none is, a question costs no more than to be known here.
 */
@Singleton
class Watch {

  private static final long LOOK_MS = 250;

  private final Engines engines;
  private final Vertx vertx;
  private final long timer;
  private final PoolConfig.Pause pause;
  private final Duration unread;
  private final Set<Attempts> waiting = ConcurrentHashMap.newKeySet();
  private final Set<AnswerStream> streams = ConcurrentHashMap.newKeySet();

  Watch(Engines engines, PoolConfig pool, EngineConfig config, Vertx vertx) {
    this.engines = engines;
    this.pause = pool.pause();
    this.unread = config.answerTimeout();
    this.vertx = vertx;
    this.timer = vertx.setPeriodic(LOOK_MS, any -> look());
  }

  /** Tells {@code attempts} of silent engines until they are removed. */
  void add(Attempts attempts) {
    waiting.add(attempts);
  }

  void remove(Attempts attempts) {
    waiting.remove(attempts);
  }

  /** Ends {@code stream} when its engine, or its client, pauses too long, until it is removed. */
  void add(AnswerStream stream) {
    streams.add(stream);
  }

  void remove(AnswerStream stream) {
    streams.remove(stream);
  }

  @PreDestroy
  void stop() {
    vertx.cancelTimer(timer);
  }

  private void look() {
    if (!waiting.isEmpty() && engines.all().stream().anyMatch(Engine::isInDoubt)) {
      waiting.forEach(Attempts::look);
    }
    for (AnswerStream stream : streams) {
      stream.look(stream.engine().isDeaf() ? pause.silent() : pause.well(), unread);
    }
  }
}
