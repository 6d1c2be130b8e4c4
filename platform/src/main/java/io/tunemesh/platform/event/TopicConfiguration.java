package io.tunemesh.platform.event;

import io.smallrye.config.ConfigMapping;

/** How topics are made: whether at all, and with how many partitions and replicas. */
@ConfigMapping(prefix = "tunemesh.topics")
interface TopicConfiguration {

  boolean create();

  int partitions();

  short replication();
}
