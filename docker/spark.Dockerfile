# Spark driver and executors: Spark, our jobs' jar, the S3A jars, and the extract package in its own Python environment.
# Context: the repository's root after `npm run setup`, which builds what is copied here; `npm run images` does both.
ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BASE_IMAGE} AS build
ARG UV_VERSION=0.13.9
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3-venv \
 && python3 -m venv /opt/uv \
 && /opt/uv/bin/pip install --quiet "uv==${UV_VERSION}" \
 && python3 -m venv --without-pip --copies /opt/venv
ENV UV_PYTHON=/opt/venv/bin/python UV_NO_CACHE=1 PATH=/opt/uv/bin:$PATH
COPY scripts/requirements.lock scripts/overrides.txt /build/scripts/
COPY spark-jobs/extract/pyproject.toml /build/extract/
RUN uv pip install --quiet --system-certs --constraint /build/scripts/requirements.lock --override /build/scripts/overrides.txt -r /build/extract/pyproject.toml
COPY docker/trim-spark.sh /build/
RUN bash /build/trim-spark.sh /opt/venv/lib/python3.11/site-packages
COPY spark-jobs/extract /build/extract
RUN uv pip install --quiet --system-certs --no-deps /build/extract

FROM ${BASE_IMAGE}
RUN mkdir -p /usr/share/man/man1 \
 && apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates openjdk-17-jre-headless procps python3 tini \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/debconf \
 && groupadd --gid 185 spark \
 && useradd --uid 185 --gid 185 --create-home --home-dir /opt/corpusmill/work --shell /bin/bash spark
COPY --from=build /opt/venv /opt/venv
RUN ln -s /opt/venv/lib/python3.11/site-packages/pyspark /opt/spark
COPY LICENSE /opt/corpusmill/
COPY spark-jobs/extract/submit.py /opt/corpusmill/
COPY spark-jobs/jobs/target/s3-jars /opt/spark/jars
COPY spark-jobs/jobs/target/corpusmill-jobs.jar /opt/corpusmill/
COPY --chmod=755 docker/spark-entrypoint.sh /opt/corpusmill/entrypoint.sh
# Where Spark looks for it.
COPY --chmod=755 docker/spark-decommission.sh /opt/decom.sh
ENV SPARK_HOME=/opt/spark JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64 \
    PYSPARK_PYTHON=/opt/venv/bin/python PYSPARK_DRIVER_PYTHON=/opt/venv/bin/python \
    PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:/opt/spark/bin:/usr/local/bin:/usr/bin:/bin
USER 185:185
WORKDIR /opt/corpusmill/work
ENTRYPOINT ["/opt/corpusmill/entrypoint.sh"]
