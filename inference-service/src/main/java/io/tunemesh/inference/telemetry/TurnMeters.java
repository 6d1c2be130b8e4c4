package io.tunemesh.inference.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Witness;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts turns under the names and with the buckets of OpenTelemetry's conventions for generative
 * AI. No label has a tenant or key, whose use {@code /v1/usage} tells, and there are at most 100
 * models and 40 codes; more are called {@code other}.
 */
@ApplicationScoped
class TurnMeters implements Witness {

  private static final Duration[] REQUEST =
      seconds(.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
  private static final Duration[] FIRST_TOKEN =
      seconds(.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10);
  private static final Duration[] PER_TOKEN =
      seconds(.01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5);
  private static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576
  };

  private final MeterRegistry registry;
  private final Labels models = new Labels(100);
  private final Labels codes = new Labels(40);
  private final Map<Series, Meters> series = new ConcurrentHashMap<>();

  TurnMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    if (turn.source() == Source.SHADOW) {
      return;
    }
    boolean answered = ending.outcome() == Outcome.ANSWERED;
    // A name that answered nobody may be any text.
    String model = answered ? models.of(turn.model()) : "none";
    Meters meters =
        series.computeIfAbsent(
            new Series(turn.api(), turn.source(), model, ending.outcome()), this::register);
    meters.duration.record(ending.totalNanos(), TimeUnit.NANOSECONDS);
    if (answered && turn.streams() && ending.firstTokenNanos() > 0) {
      meters.firstToken.record(ending.firstTokenNanos(), TimeUnit.NANOSECONDS);
      if (ending.completionTokens() > 1) {
        meters.perToken.record(
            (ending.totalNanos() - ending.firstTokenNanos()) / (ending.completionTokens() - 1),
            TimeUnit.NANOSECONDS);
      }
    }
    if (ending.promptTokens() > 0) {
      meters.input.record(ending.promptTokens());
    }
    if (ending.completionTokens() > 0) {
      meters.output.record(ending.completionTokens());
    }
    if (ending.code() != null) {
      registry.counter("tunemesh.requests.unanswered", "code", codes.of(ending.code())).increment();
    }
  }

  private Meters register(Series of) {
    Tags tags =
        Tags.of(
            "gen_ai.operation.name",
            operation(of.api()),
            "gen_ai.response.model",
            of.model(),
            "source",
            of.source().name().toLowerCase(Locale.ROOT));
    return new Meters(
        Timer.builder("gen_ai.server.request.duration")
            .tags(tags.and("outcome", of.outcome().name().toLowerCase(Locale.ROOT)))
            .serviceLevelObjectives(REQUEST)
            .register(registry),
        Timer.builder("gen_ai.server.time_to_first_token")
            .tags(tags)
            .serviceLevelObjectives(FIRST_TOKEN)
            .register(registry),
        Timer.builder("gen_ai.server.time_per_output_token")
            .tags(tags)
            .serviceLevelObjectives(PER_TOKEN)
            .register(registry),
        tokens(tags, "input"),
        tokens(tags, "output"));
  }

  private DistributionSummary tokens(Tags tags, String type) {
    return DistributionSummary.builder("gen_ai.client.token.usage")
        .tags(tags.and("gen_ai.token.type", type))
        .serviceLevelObjectives(TOKENS)
        .register(registry);
  }

  private static String operation(Api api) {
    return switch (api) {
      case CHAT -> "chat";
      case COMPLETIONS -> "text_completion";
      case EMBEDDINGS -> "embeddings";
      case CLASSIFY -> "classify";
    };
  }

  private static Duration[] seconds(double... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> Duration.ofNanos((long) (number * 1e9)))
        .toArray(Duration[]::new);
  }

  private record Series(Api api, Source source, String model, Outcome outcome) {}

  private record Meters(
      Timer duration,
      Timer firstToken,
      Timer perToken,
      DistributionSummary input,
      DistributionSummary output) {}
}
