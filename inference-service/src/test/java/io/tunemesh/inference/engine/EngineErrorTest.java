package io.tunemesh.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a vLLM 0.32 was seen to answer to loads. */
class EngineErrorTest {

  @Test
  void tellsWhatAnEngineWillNeverTakeFromWhatItCannotNow() {
    assertThat(ofLoad(500, failed("vLLM does not yet support DoRA."))).isEqualTo(422);
    assertThat(ofLoad(500, failed("LoRA rank 128 is greater than max_lora_rank 64.")))
        .isEqualTo(422);
    assertThat(ofLoad(500, failed("CUDA out of memory. Tried to allocate 2 MiB"))).isEqualTo(500);
    assertThat(ofLoad(500, failed("[Errno 116] Stale file handle"))).isEqualTo(500);
    assertThat(ofLoad(500, "{\"error\":{\"message\":\"something else\"}}")).isEqualTo(500);
    assertThat(ofLoad(404, "{\"error\":{\"message\":\"No adapter found for /x\"}}")).isEqualTo(404);
  }

  @Test
  void saysHowAVllmIsStartedThatTakesAdapters() {
    EngineError closed = EngineError.of(404, "{\"detail\":\"Not Found\"}").ofLoad();
    EngineError without =
        EngineError.of(500, failed("LoRA is not enabled. Use --enable-lora to enable LoRA."))
            .ofLoad();

    assertThat(closed.status()).isEqualTo(without.status()).isEqualTo(503);
    assertThat(closed).hasMessageContaining("VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
  }

  @Test
  void takesAVllmThatDrainsForBusy() {
    String body =
        "{\"error\":{\"message\":\"cannot schedule new futures after shutdown\",\"code\":500}}";

    assertThat(EngineError.of(500, body).busy()).isTrue();
    assertThat(EngineError.of(500, "{\"error\":{\"message\":\"a bug\"}}").busy()).isFalse();
  }

  private static int ofLoad(int status, String body) {
    return EngineError.of(status, body).ofLoad().status();
  }

  private static String failed(String why) {
    return "{\"error\":{\"message\":\"Call to add_lora method failed: Worker failed with error '"
        + why
        + "', please check the stack trace above for the root cause\",\"code\":500}}";
  }
}
