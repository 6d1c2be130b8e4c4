package io.tunemesh.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelNamesTest {

  private static final String JOB = "ftjob-0123456789abcdef";

  @Test
  void namesBaseTenantSuffixAndJob() {
    assertThat(ModelNames.fineTuned("base", "acme", "exams", JOB))
        .isEqualTo("ft:base:acme:exams:0123456789ab");
    assertThat(ModelNames.fineTuned("base", "acme", null, JOB))
        .isEqualTo("ft:base:acme::0123456789ab");
  }

  @Test
  void aSuffixCannotBreakTheName() {
    assertThat(ModelNames.fineTuned("base", "acme", "a:b / 语文", JOB))
        .isEqualTo("ft:base:acme:a-b-语文:0123456789ab");
  }

  @Test
  void theAdapterFollowsFromTheJob() {
    assertThat(ModelNames.adapterId(JOB))
        .startsWith("ad-")
        .isEqualTo(ModelNames.adapterId(JOB))
        .isNotEqualTo(ModelNames.adapterId(JOB + "0"));
  }
}
