package io.tunemesh.platform.work;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** This process among the replicas of the service. */
@ApplicationScoped
public class Replica {

  private final String id = UUID.randomUUID().toString();

  /** Unique to this run of this process; the owner of the leases that it takes. */
  public String id() {
    return id;
  }
}
