package io.tunemesh.platform.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Turns {@code Authorization: Bearer …} into an identity with a tenant and a role. As long as no
 * keys were ever read the service is not ready, and whoever sends a key is told to come again.
 */
@ApplicationScoped
public class BearerKeys implements HttpAuthenticationMechanism {

  /** The attribute of the identity that holds its tenant. */
  static final String TENANT = "tenant";

  /** On a request that nobody could judge. */
  private static final String UNJUDGED = "tunemesh.keys-unread";

  private final KeyFile keys;
  private final Map<KeyFile.Key, SecurityIdentity> known = new ConcurrentHashMap<>();

  BearerKeys(@ConfigProperty(name = "tunemesh.keys.file") Path file) {
    this.keys = new KeyFile(file);
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    Optional<String> sent = bearer(context);
    if (sent.isPresent() && keys.fault().isPresent()) {
      context.put(UNJUDGED, true);
      return Uni.createFrom().failure(new AuthenticationFailedException());
    }
    return sent.map(
            bearer ->
                keys.find(bearer)
                    .map(this::known)
                    .map(identity -> Uni.createFrom().item(identity))
                    .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException())))
        .orElseGet(() -> Uni.createFrom().nullItem());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    HttpServerResponse response = context.response();
    Problem problem;
    if (context.get(UNJUDGED) != null) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "5");
      problem =
          new Problem(
              503,
              "keys_unread",
              "No key can be checked here yet. Send the request again; if that goes on, the operator"
                  + " must mend the keys' file.",
              null);
    } else {
      response.putHeader("WWW-Authenticate", "Bearer");
      problem =
          new Problem(
              401,
              "invalid_api_key",
              bearer(context).isEmpty()
                  ? "No API key was given. Send it in the header 'Authorization: Bearer KEY'."
                  : "The API key is not known here. Check it, or ask for a new one.",
              null);
    }
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, problem.mediaType(accept))
        .end(problem.json(accept));
    return Uni.createFrom().item(true);
  }

  /** Why no keys are known; empty once they were read. */
  Optional<String> fault() {
    return keys.fault();
  }

  /** What is wrong with their file, even if keys are known; empty if nothing is. */
  Optional<String> flaw() {
    return keys.flaw();
  }

  private static Optional<String> bearer(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? Optional.of(header.substring(7).strip())
        : Optional.empty();
  }

  private SecurityIdentity known(KeyFile.Key key) {
    SecurityIdentity identity = known.get(key);
    return identity != null ? identity : known.computeIfAbsent(key, BearerKeys::identity);
  }

  private static SecurityIdentity identity(KeyFile.Key key) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(key.name()))
        .addRole(key.role())
        .addAttribute(TENANT, key.tenant())
        .build();
  }
}
