package io.tunemesh.inference.testing;

import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The requests that are not over: those for which a shutdown waits. */
@ApplicationScoped
public class OpenRequests {

  private final Set<Object> open = ConcurrentHashMap.newKeySet();

  void watch(@Observes Filters filters) {
    filters.register(
        request -> {
          open.add(request);
          request.addEndHandler(over -> open.remove(request));
          request.next();
        },
        1000);
  }

  public int count() {
    return open.size();
  }
}
