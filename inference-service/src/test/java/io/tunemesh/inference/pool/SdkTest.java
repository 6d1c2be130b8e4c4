package io.tunemesh.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.platform.testing.MeshResource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Clients as others have made them, unmodified. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class SdkTest {

  private static final Path CLIENTS = Path.of("src/test/clients");

  @TestHTTPResource("/v1")
  URI url;

  @Test
  void isDrivenByOpenAisPythonPackage() throws Exception {
    String python = System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python");

    assertThat(said(Path.of(""), python, CLIENTS.resolve("drive.py").toString())).contains("done");
  }

  @Test
  void isDrivenByOpenAisNodePackage() throws Exception {
    assumeTrue(
        isThere("node") && isThere("npm"),
        "Node.js and npm are not on the path; install Node.js 20 or newer (https://nodejs.org)");
    Path folder = Files.createDirectories(Path.of("target/node"));
    for (String file : List.of("package.json", "package-lock.json", "drive.mjs")) {
      Files.write(folder.resolve(file), Files.readAllBytes(CLIENTS.resolve(file)));
    }
    if (!Files.exists(folder.resolve("node_modules/openai"))) {
      said(folder, "npm", "ci", "--no-audit", "--no-fund", "--silent");
    }

    assertThat(said(folder, "node", "drive.mjs")).contains("done");
  }

  @Test
  void isDrivenByLangChain4j() throws Exception {
    OpenAiChatModel model =
        OpenAiChatModel.builder()
            .baseUrl(url.toString())
            .apiKey(MeshResource.KEY)
            .modelName(WireEngine.BASE)
            .maxRetries(0)
            .build();

    assertThat(model.chat("hello")).isEqualTo("你好");
    assertThatThrownBy(() -> model.chat("fail 429")).isInstanceOf(RateLimitException.class);
    ChatResponse withTool =
        model.chat(
            ChatRequest.builder()
                .messages(UserMessage.from("weather?"))
                .toolSpecifications(
                    ToolSpecification.builder()
                        .name("weather")
                        .parameters(JsonObjectSchema.builder().addStringProperty("city").build())
                        .build())
                .build());
    assertThat(withTool.aiMessage().toolExecutionRequests())
        .singleElement()
        .satisfies(call -> assertThat(call.arguments()).contains("Paris"));
    assertThat(withTool.tokenUsage().totalTokenCount()).isEqualTo(5);
    assertThat(streamed()).isEqualTo("你好!");
    assertThat(
            OpenAiEmbeddingModel.builder()
                .baseUrl(url.toString())
                .apiKey(MeshResource.KEY)
                .modelName(WireEngine.BASE)
                .build()
                .embed("hello")
                .content()
                .vector())
        .containsExactly(0.25f, -0.5f);
  }

  private String streamed() throws Exception {
    CompletableFuture<String> whole = new CompletableFuture<>();
    StringBuilder parts = new StringBuilder();
    OpenAiStreamingChatModel.builder()
        .baseUrl(url.toString())
        .apiKey(MeshResource.KEY)
        .modelName(WireEngine.BASE)
        .build()
        .chat(
            "hello",
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String part) {
                parts.append(part);
              }

              @Override
              public void onCompleteResponse(ChatResponse response) {
                whole.complete(parts.toString());
              }

              @Override
              public void onError(Throwable error) {
                whole.completeExceptionally(error);
              }
            });
    return whole.get();
  }

  private static boolean isThere(String command) throws InterruptedException {
    try {
      return new ProcessBuilder(command, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What the command says; it must end well. */
  private String said(Path folder, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
    builder.redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "OPENAI_BASE_URL", url.toString(),
                "OPENAI_API_KEY", MeshResource.KEY,
                "MODEL", WireEngine.BASE));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
