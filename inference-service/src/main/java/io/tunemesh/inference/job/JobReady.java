package io.tunemesh.inference.job;

/** A job may be worked on. */
record JobReady() {}
