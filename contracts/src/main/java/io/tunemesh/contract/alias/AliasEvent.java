package io.tunemesh.contract.alias;

import io.tunemesh.contract.Event;

/** The facts of an alias: a stable name for a model that changes. Owned by inference-service. */
public sealed interface AliasEvent extends Event permits AliasChanged, AliasRefused {

  String name();
}
