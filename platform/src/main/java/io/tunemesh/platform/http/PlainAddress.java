package io.tunemesh.platform.http;

import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses an address with a NUL: no id and no name has one, and the database takes none. */
public class PlainAddress {

  @ServerRequestFilter
  public void check(UriInfo uri) {
    if (uri.getRequestUri().toString().contains("%00")) {
      throw Refusal.invalid(
          "invalid_character", "The address has a NUL (%00); leave it out.", null);
    }
  }
}
