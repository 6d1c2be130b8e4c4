package io.tunemesh.inference.job;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

/** What each kind of job does. */
@ApplicationScoped
class Tasks {

  private final Instance<RowTask> tasks;

  Tasks(@Any Instance<RowTask> tasks) {
    this.tasks = tasks;
  }

  RowTask of(JobKind kind) {
    return tasks.stream().filter(task -> task.kind() == kind).findFirst().orElseThrow();
  }
}
