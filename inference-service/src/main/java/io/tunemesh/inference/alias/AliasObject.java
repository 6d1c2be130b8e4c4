package io.tunemesh.inference.alias;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import java.util.List;

/**
 * An alias as the API tells it.
 *
 * @param history the newest version first; only where one alias is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AliasObject(
    String id,
    String object,
    String name,
    int version,
    long createdAt,
    List<AliasTarget> targets,
    AliasShadow shadow,
    List<Version> history) {

  static AliasObject of(Alias alias) {
    return of(alias, null);
  }

  static AliasObject of(Alias alias, List<AliasState> states) {
    return new AliasObject(
        alias.id(),
        "alias",
        alias.name(),
        alias.version(),
        alias.createdAt().getEpochSecond(),
        alias.targets(),
        alias.shadow(),
        states == null ? null : states.stream().map(Version::of).toList());
  }

  /** What an alias was, and who made it so. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Version(
      int version,
      String change,
      List<AliasTarget> targets,
      AliasShadow shadow,
      String by,
      long at) {

    static Version of(AliasState state) {
      return new Version(
          state.version(),
          state.change().wireName(),
          state.pointing().targets(),
          state.pointing().shadow(),
          state.changedBy(),
          state.at().getEpochSecond());
    }
  }
}
