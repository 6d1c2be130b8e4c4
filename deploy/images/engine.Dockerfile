# The small engine. In production run vLLM instead: it keeps the same contract.
FROM python:3.12-slim
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG TORCH=2.13.0
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir torch==${TORCH} --index-url ${TORCH_INDEX} \
    && sed -i "s/^torch==.*/torch==${TORCH}/" /tmp/requirements.txt \
    && pip install --no-cache-dir -r /tmp/requirements.txt
RUN useradd --uid 1001 --create-home mesh
COPY --chown=1001 inference-service/engine /engine
COPY --chown=1001 trainer-service/starter/model /models/tunemesh-starter
USER 1001
WORKDIR /engine
EXPOSE 8000
ENTRYPOINT ["python", "-m", "engine", "--host", "0.0.0.0", "--port", "8000"]
