package io.tunemesh.inference.job;

/** A row cannot be answered now and may be later. */
class NotNow extends Exception {

  NotNow(String why) {
    super(why, null, false, false);
  }
}
