# A service without Python: docker build -f deploy/images/service.Dockerfile --build-arg SERVICE=ingest-service .
FROM eclipse-temurin:25-jdk AS build
ARG SERVICE
WORKDIR /src
COPY . .
RUN ./mvnw -B -q package -DskipTests -pl ${SERVICE} -am

FROM eclipse-temurin:25-jre
ARG SERVICE
RUN useradd --uid 1001 --create-home mesh
COPY --from=build --chown=1001 /src/${SERVICE}/target/quarkus-app /app
USER 1001
# The cache by which ingest-service's readers start sooner; the other services have none.
RUN if [ "${SERVICE}" = ingest-service ]; then \
      java -cp "/app/app/*:/app/lib/boot/*:/app/lib/main/*" io.tunemesh.ingest.parse.ReaderCache || \
        echo "no cache: readers start more slowly" >&2; \
    fi
ENV QUARKUS_HTTP_HOST=0.0.0.0 QUARKUS_HTTP_PORT=8080
EXPOSE 8080
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:MaxRAMPercentage=60", "-jar", "/app/quarkus-run.jar"]
