package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** A question, and what the adapter answered to it at the end of its training. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(ChatProbe.class), @JsonSubTypes.Type(HeadProbe.class)})
sealed interface Probe permits ChatProbe, HeadProbe {

  /** Where an engine is asked it. */
  String path();

  /** What an engine is asked, {@code model} aside. */
  ObjectNode question();

  /** How an engine's answer differs from training's, for people; empty if it does not. */
  Optional<String> difference(ObjectNode answer);

  /** Whether it has a question, and an answer of a kind that can be compared. */
  boolean isWhole();
}
