package io.tunemesh.inference.job;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.EnumMap;
import java.util.Map;

/** What each kind of job is. */
@ApplicationScoped
class JobTypes {

  private final Map<JobKind, JobType> types = new EnumMap<>(JobKind.class);

  JobTypes(@Any Instance<JobType> found) {
    found.forEach(type -> types.put(type.kind(), type));
  }

  JobType of(JobKind kind) {
    return types.get(kind);
  }

  Iterable<JobType> all() {
    return types.values();
  }
}
