package io.tunemesh.platform.http;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses an address with a NUL: no id and no name has one, and the database takes none. It looks
 * at the address as it was sent, for {@link java.net.URI} does not take all that clients send.
 */
public class PlainAddress {

  private final CurrentVertxRequest current;

  PlainAddress(CurrentVertxRequest current) {
    this.current = current;
  }

  @ServerRequestFilter
  public void check() {
    if (current.getCurrent().request().uri().contains("%00")) {
      throw Refusal.invalid(
          "invalid_character", "The address has a NUL (%00); leave it out.", null);
    }
  }
}
