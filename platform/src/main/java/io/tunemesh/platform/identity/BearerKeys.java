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
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Turns {@code Authorization: Bearer …} into an identity with a tenant and a role. */
@ApplicationScoped
public class BearerKeys implements HttpAuthenticationMechanism {

  /** The attribute of the identity that holds its tenant. */
  static final String TENANT = "tenant";

  private final KeyFile keys;
  private final Map<KeyFile.Key, SecurityIdentity> known = new ConcurrentHashMap<>();

  BearerKeys(@ConfigProperty(name = "tunemesh.keys.file") Path file) {
    this.keys = new KeyFile(file);
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    return bearer(context)
        .map(
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
    Problem problem =
        new Problem(
            401,
            "invalid_api_key",
            bearer(context).isEmpty()
                ? "No API key was given. Send it in the header 'Authorization: Bearer KEY'."
                : "The API key is not known here. Check it, or ask for a new one.",
            null);
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader("WWW-Authenticate", "Bearer")
        .putHeader(
            HttpHeaders.CONTENT_TYPE, problem.mediaType(context.request().getHeader("Accept")))
        .end(problem.json(context.request().getHeader("Accept")));
    return Uni.createFrom().item(true);
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
