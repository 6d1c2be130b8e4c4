# trainer-service with the Python runtime that it supervises. For a GPU build with
#   --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 --build-arg TORCH=2.11.0
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -B -q package -DskipTests -pl trainer-service -am

FROM eclipse-temurin:25-jre
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG TORCH=2.13.0
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /tmp/requirements.txt
RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir torch==${TORCH} --index-url ${TORCH_INDEX} \
    && sed -i "s/^torch==.*/torch==${TORCH}/" /tmp/requirements.txt \
    && /venv/bin/pip install --no-cache-dir -r /tmp/requirements.txt
RUN useradd --uid 1001 --create-home mesh && mkdir /work && chown 1001 /work
COPY --from=build --chown=1001 /src/trainer-service/target/quarkus-app /app
COPY --chown=1001 trainer-service/runtime /runtime
COPY --chown=1001 trainer-service/starter/model /models/tunemesh-starter
USER 1001
ENV QUARKUS_HTTP_HOST=0.0.0.0 QUARKUS_HTTP_PORT=8080 \
    TUNEMESH_TRAINER_PYTHON=/venv/bin/python TUNEMESH_TRAINER_RUNTIME=/runtime TUNEMESH_TRAINER_WORK=/work
EXPOSE 8080
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/quarkus-run.jar"]
