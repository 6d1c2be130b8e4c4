package io.tunemesh.inference.quota;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Limits as the API tells them.
 *
 * @param key null where the whole tenant is meant
 * @param version counts the changes; 0 where configuration alone speaks
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuotaObject(
    String object,
    String tenant,
    String key,
    int version,
    Long requestsPerMinute,
    Long tokensPerMinute,
    Integer concurrency,
    Integer weight,
    Priority priority,
    Priority highestPriority) {

  static QuotaObject of(String tenant, String key, int version, Limits limits) {
    return new QuotaObject(
        "quota",
        tenant,
        key.equals(Quota.TENANT) ? null : key,
        version,
        limits.requestsPerMinute(),
        limits.tokensPerMinute(),
        limits.concurrency(),
        limits.weight(),
        limits.priority(),
        limits.highestPriority());
  }
}
