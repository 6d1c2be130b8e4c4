package io.tunemesh.inference.adapter;

import io.tunemesh.contract.adapter.AdapterEvent;
import io.tunemesh.platform.event.Scope;

/**
 * A fact of an adapter, told within the service in the transaction that takes note of its event, so
 * that an observer's change is committed with it.
 */
public record AdapterFact(Scope scope, AdapterEvent event) {}
