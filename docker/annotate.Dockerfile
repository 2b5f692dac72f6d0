# The annotators' server. Build from the top of the repository:
#   docker build -f docker/annotate.Dockerfile -t refvps-annotate .
#   docker run -p 127.0.0.1:7870:7870 -v /data/project:/project refvps-annotate
# Beyond this machine put a proxy that speaks https before it; see docs/annotate.md.
FROM python:3.12-slim
RUN useradd --create-home annotator && mkdir /project && chown annotator /project
COPY pyproject.toml README.md LICENSE /src/
COPY refvps /src/refvps
COPY annotator /src/annotator
COPY benchmark /src/benchmark
COPY baselines /src/baselines
COPY rem /src/rem
RUN pip install --no-cache-dir '/src[annotate]'
USER annotator
VOLUME /project
EXPOSE 7870
ENTRYPOINT ["refvps", "annotate", "serve", "/project"]
CMD ["--host", "0.0.0.0", "--port", "7870", "--behind-tls"]
