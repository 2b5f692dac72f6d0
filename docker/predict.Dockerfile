# Predicting on GPUs, alone or as a worker of a Ray cluster. From the top of the repository:
#   docker build -f docker/predict.Dockerfile -t refvps-predict .
#   docker run --gpus all --shm-size 2g -v /data:/data refvps-predict \
#       predict --method rem --checkpoint /data/ms.pth --root /data/Ref-VPS --pred /data/preds
# The driver of the host must be new enough for the CUDA that the torch wheel brings.
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml README.md LICENSE /src/
COPY refvps /src/refvps
COPY annotator /src/annotator
COPY benchmark /src/benchmark
COPY baselines /src/baselines
COPY rem /src/rem
RUN pip install --no-cache-dir '/src[models,video,ray]'
ENV HF_HUB_OFFLINE=1
ENTRYPOINT ["refvps"]
CMD ["doctor", "rem"]
