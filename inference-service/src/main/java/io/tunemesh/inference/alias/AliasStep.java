package io.tunemesh.inference.alias;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.inference.turn.Step;
import io.tunemesh.inference.turn.Turn;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Has the model that an alias points to answer in its place. In a split, questions that name the
 * same {@code user} (or {@code safety_identifier}, {@code prompt_cache_key}) get the same model,
 * others one by its weight.
 */
@ApplicationScoped
@Priority(100)
class AliasStep implements Step {

  private static final List<String> STICKY =
      List.of("user", "safety_identifier", "prompt_cache_key");

  private final AliasView view;

  AliasStep(AliasView view) {
    this.view = view;
  }

  @Override
  public boolean concerns(Turn turn) {
    return view.find(turn.tenant(), turn.asked()).isPresent();
  }

  @Override
  public boolean before(Turn turn) {
    view.find(turn.tenant(), turn.asked())
        .ifPresent(
            alias ->
                turn.answerWith(
                    alias.targets().size() == 1
                        ? alias.targets().getFirst().model()
                        : Split.choose(alias.targets(), key(turn))));
    return true;
  }

  private static String key(Turn turn) {
    return STICKY.stream()
        .map(name -> turn.body().path(name))
        .filter(value -> value.isTextual() && !value.textValue().isBlank())
        .map(JsonNode::textValue)
        .findFirst()
        .orElse(turn.id());
  }
}
