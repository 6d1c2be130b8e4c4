package io.tunemesh.local.replay;

import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Sends events that a service could not handle back to where they came from, once what hindered it
 * is mended. Safe to run again: an event whose effect was had has none a second time.
 */
@Command(
    name = "replay",
    description =
        "Send events of a dead-letter topic back to where they came from. Without TOPIC: show which"
            + " dead-letter topics hold some.")
public final class ReplayCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..1",
      description = "As tunemesh.uploads.dataset-service.dlq.")
  String topic;

  @Option(names = "--list", description = "Only show the events and their causes.")
  boolean list;

  @Option(names = "--all", description = "Those too that were replayed before.")
  boolean all;

  private int back;
  private int stay;

  @Override
  public Integer call() {
    MeshState mesh =
        MeshState.read(Home.ofEnvironment())
            .filter(MeshState::alive)
            .orElseThrow(() -> new Fault("The mesh is not up. Start it: ./mesh up"));
    try (DeadLetters letters = new DeadLetters(mesh.kafka())) {
      Map<String, Long> waiting = letters.waiting();
      if (topic == null) {
        waiting.forEach((name, count) -> System.out.printf("%6d  %s%n", count, name));
      } else if (!waiting.containsKey(topic)) {
        throw new Fault(
            "There is no dead-letter topic '%s'. There are: %s"
                .formatted(topic, String.join(", ", waiting.keySet())));
      } else if (list) {
        letters.list(topic, all, this::show);
        System.out.printf("%d to go back, %d to stay. Nothing was sent.%n", back, stay);
      } else {
        letters.replay(topic, all, this::show);
        System.out.printf("%d went back, %d stay in %s.%n", back, stay, topic);
      }
    } catch (KafkaException e) {
      throw new Fault(
          "The broker failed meanwhile (%s). What was not told is still there: run it again."
              .formatted(e.getMessage()));
    }
    return 0;
  }

  private void show(DeadLetter letter) {
    if (letter.hindrance().isPresent()) {
      stay++;
      System.out.printf("%s stays: %s%n", letter, letter.hindrance().get());
    } else {
      back++;
      System.out.printf("%s → %s%n", letter, letter.origin().orElseThrow().topicName());
    }
  }
}
