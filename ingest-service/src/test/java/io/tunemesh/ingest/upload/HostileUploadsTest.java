package io.tunemesh.ingest.upload;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.HostileFiles;
import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.testing.MeshResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The whole corpus, one after another, on the whole road: each is an event that says why. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class HostileUploadsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @Test
  void rejectsEachHostileFileAndStaysReady() throws Exception {
    Map<String, Hostile> uploaded = new LinkedHashMap<>();
    List<Integer> ready = new ArrayList<>();
    for (Hostile hostile : HostileFiles.all()) {
      ready.add(given().get("/q/health/ready").statusCode());
      uploaded.put(Calls.upload(MeshResource.KEY, hostile.name(), hostile.bytes().make()), hostile);
    }
    String good = Calls.upload(MeshResource.KEY, "good.xlsx", Books.questions(2));

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ready.add(given().get("/q/health/ready").statusCode());
              return Calls.isRead(good) && uploaded.keySet().stream().allMatch(Calls::isRead);
            });

    assertThat(ready).containsOnly(200);
    assertThat(Calls.status(good)).isEqualTo("processed");
    uploaded.forEach(
        (id, hostile) -> assertThat(Calls.status(id)).as(hostile.name()).isEqualTo("error"));
    Map<String, UploadRejected> rejected = rejections(uploaded.keySet());
    uploaded.forEach(
        (id, hostile) -> {
          assertThat(rejected.get(id).code()).as(hostile.name()).isIn(hostile.codes());
          assertThat(rejected.get(id).where().file()).isEqualTo(hostile.name());
        });
  }

  private Map<String, UploadRejected> rejections(Set<String> ids) {
    Map<String, UploadRejected> rejected = new LinkedHashMap<>();
    new Kafka(servers)
        .read(
            Topic.UPLOADS.topicName(),
            records -> {
              records.stream()
                  .map(EventHandler::read)
                  .filter(event -> event.data() instanceof UploadRejected)
                  .forEach(
                      event -> rejected.put(event.data().subject(), (UploadRejected) event.data()));
              return rejected.keySet().containsAll(ids);
            });
    return rejected;
  }
}
