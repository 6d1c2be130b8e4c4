package io.tunemesh.inference.usage;

import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;

/**
 * What the caller's tenant has used: an {@code admin} or {@code operator} sees all keys, others
 * their own. A question is there a second or two after its answer.
 */
@Path("/v1/usage")
@Produces(MediaType.APPLICATION_JSON)
public class UsageResource {

  private static final Set<String> TIMES = Set.of("minute", "hour", "day");
  private static final Duration STANDARD = Duration.ofDays(30);
  private static final Duration MOST_MINUTES = Duration.ofDays(7);

  private final UsageTable table;
  private final Caller caller;

  UsageResource(UsageTable table, Caller caller) {
    this.table = table;
    this.caller = caller;
  }

  /**
   * @param start seconds since 1970 or RFC 3339; 30 days before the end when absent
   * @param end the same, not included; now when absent
   * @param groupBy of {@code key}, {@code model} and one of {@code minute}, {@code hour}, {@code
   *     day}, with commas between them
   */
  @GET
  public Page usage(
      @QueryParam("start") String start,
      @QueryParam("end") String end,
      @QueryParam("group_by") String groupBy) {
    Instant until = end == null ? Instant.now().plusSeconds(1) : time(end, "end");
    Instant from = start == null ? until.minus(STANDARD) : time(start, "start");
    if (!from.isBefore(until)) {
      throw Refusal.invalid("invalid_time", "start must be before end.", "start");
    }
    Set<String> groups = groups(groupBy);
    String bucket = groups.stream().filter(TIMES::contains).findFirst().orElse(null);
    if ("minute".equals(bucket) && Duration.between(from, until).compareTo(MOST_MINUTES) > 0) {
      throw Refusal.invalid(
          "invalid_time", "By minute, at most 7 days can be asked for; group by hour.", "group_by");
    }
    String key = caller.is("admin") || caller.is("operator") ? null : caller.name();
    return new Page(
        "list",
        table.read(
            caller.tenant(),
            key,
            from,
            until,
            bucket,
            groups.contains("key"),
            groups.contains("model")));
  }

  private static Set<String> groups(String groupBy) {
    if (groupBy == null || groupBy.isBlank()) {
      return Set.of();
    }
    List<String> names = List.of(groupBy.split(","));
    boolean known =
        names.stream()
            .allMatch(name -> TIMES.contains(name) || name.equals("key") || name.equals("model"));
    if (!known
        || names.stream().filter(TIMES::contains).count() > 1
        || Set.copyOf(names).size() < names.size()) {
      throw Refusal.invalid(
          "invalid_group_by",
          "group_by takes key, model and one of minute, hour, day, with commas between them.",
          "group_by");
    }
    return Set.copyOf(names);
  }

  private static Instant time(String text, String param) {
    try {
      return text.matches("\\d{1,11}")
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Refusal.invalid(
          "invalid_time",
          param + " must be seconds since 1970 or a time as 2026-03-02T09:00:00Z.",
          param);
    }
  }

  /** All sums. */
  public record Page(String object, List<Used> data) {}
}
