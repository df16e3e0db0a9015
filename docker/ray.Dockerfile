# Ray head, workers and submitter: Ray and the score and scrub tasks. ACCELERATOR=gpu adds torch with CUDA.
# Context: the repository's root after `npm run setup`; `npm run images` does both.
ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BASE_IMAGE} AS build
ARG UV_VERSION=0.13.9
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3-venv \
 && python3 -m venv /opt/uv \
 && /opt/uv/bin/pip install --quiet "uv==${UV_VERSION}" \
 && python3 -m venv --without-pip --copies /opt/venv
ENV UV_PYTHON=/opt/venv/bin/python UV_NO_CACHE=1 PATH=/opt/uv/bin:$PATH
# Not sooner: the layer before is that of the Spark image.
ARG ACCELERATOR=cpu
COPY scripts/requirements.lock scripts/overrides.txt /build/scripts/
COPY ray-tasks/pyproject.toml docker/gpu.requirements.lock /build/ray-tasks/
RUN case "$ACCELERATOR" in \
      cpu) ;; \
      gpu) uv pip install --quiet --system-certs --require-hashes -r /build/ray-tasks/gpu.requirements.lock ;; \
      *) echo "ACCELERATOR is cpu or gpu, not $ACCELERATOR" >&2; exit 1 ;; \
    esac \
 && uv pip install --quiet --system-certs --constraint /build/scripts/requirements.lock --override /build/scripts/overrides.txt -r /build/ray-tasks/pyproject.toml \
 && rm -rf /opt/venv/lib/python3.11/site-packages/ray/rllib /opt/venv/lib/python3.11/site-packages/ray/jars \
           /opt/venv/lib/python3.11/site-packages/pyarrow/tests /opt/venv/lib/python3.11/site-packages/pyarrow/include \
           /opt/venv/lib/python3.11/site-packages/numpy/*/tests
COPY ray-tasks /build/ray-tasks
RUN uv pip install --quiet --system-certs --no-deps /build/ray-tasks

FROM ${BASE_IMAGE}
# KubeRay's probes of head and workers call wget, its submitter bash and python.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bash ca-certificates procps python3 tini wget \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/debconf \
 && groupadd --gid 10002 ray \
 && useradd --uid 10002 --gid 10002 --create-home --home-dir /home/ray --shell /bin/bash ray
COPY --from=build /opt/venv /opt/venv
COPY LICENSE /opt/corpusmill/
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin HOME=/home/ray \
    PYTHONDONTWRITEBYTECODE=1 RAY_USAGE_STATS_ENABLED=0
USER 10002:10002
WORKDIR /home/ray
ENTRYPOINT ["/usr/bin/tini", "-g", "--"]
CMD ["ray", "--version"]
