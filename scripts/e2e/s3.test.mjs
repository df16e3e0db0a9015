import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { generateCrawl } from "../demo/crawl.mjs";
import { trainQualityModel } from "../demo/model.mjs";
import { demoRecipe } from "../demo/recipe.mjs";
import { FaultProxy } from "../lib/s3-faults.mjs";
import { TEST_KEYS, TEST_REGION, findGateway, startGateway } from "../lib/s3-gateway.mjs";
import { Home, sleep } from "./lib/home.mjs";
import { contentDigests, shardDigests } from "./lib/shards.mjs";

const BUCKET = "corpusmill-test";
const STAGES = ["extract", "filter", "dedup", "score", "scrub", "tokenize"];
const OUTAGE_SECONDS = 60;

const program = await findGateway();
const skip = program === null ? "no S3 server to start" : false;
const data = new Home();
let gateway;
let proxy;
let endpoint;
let recipe;
let reference;

/** A home with its store in S3, behind the proxy. */
function remoteHome(prefix) {
  const environment = {
    AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey,
    AWS_REGION: TEST_REGION,
    AWS_ENDPOINT_URL_S3: endpoint,
    CORPUSMILL_STORE: `s3://${BUCKET}/${prefix}`,
  };
  return new Home(environment, path.join(gateway.folder, BUCKET, prefix));
}

/** Runs a recipe to its end: the run, and what must be equal of its versions. */
async function digestsOf(home, given, meanwhile) {
  const submitted = await home.json("run", home.recipe(given));
  const run = await home.waitFor(submitted.id, meanwhile);
  assert.equal(run.state, "succeeded", JSON.stringify(run.problem));
  const contents = {};
  for (const stage of STAGES)
    contents[stage] = contentDigests((await home.version(`web-demo/${stage}`)).manifest);
  return { run, contents, shards: shardDigests((await home.version("web-demo")).manifest) };
}

/** The same recipe with its sources and its model in S3. */
function remoteRecipe() {
  const crawl = path.join(gateway.folder, BUCKET, "crawl");
  cpSync(data.path("crawl"), crawl, { recursive: true });
  const [model] = recipe.stages.score.models;
  cpSync(model.path, path.join(crawl, "quality.bin"));
  const [pages, notes] = recipe.sources;
  return {
    ...recipe,
    sources: [
      { ...pages, uris: [`s3://${BUCKET}/crawl/*.warc.gz`] },
      { ...notes, uris: [`s3://${BUCKET}/crawl/notes.jsonl`] },
    ],
    stages: {
      ...recipe.stages,
      score: { models: [{ ...model, path: `s3://${BUCKET}/crawl/quality.bin` }] },
    },
  };
}

const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

before(async () => {
  if (skip) return;
  gateway = await startGateway(program, BUCKET);
  proxy = new FaultProxy(gateway.endpoint);
  endpoint = await proxy.start();
  generateCrawl(data.path("crawl"));
  recipe = demoRecipe(data.path("crawl"), trainQualityModel(data.path("crawl")));
  const home = new Home();
  reference = await digestsOf(home, recipe);
  home.remove();
});

after(async () => {
  data.remove();
  await proxy?.stop();
  await gateway?.stop();
});

test(
  "a store in S3 holds the same bytes as one of files, and pulls take them from there",
  { skip },
  async () => {
    const home = remoteHome("plain");
    try {
      const { contents, shards } = await digestsOf(home, recipe);
      assert.deepEqual(shards, reference.shards);
      assert.deepEqual(contents, reference.contents);
      const { exitCode } = await home.json("pull", "web-demo", "--out", home.path("shards"));
      assert.equal(exitCode, 0);
      for (const [file, digest] of Object.entries(shards))
        assert.equal(sha256(home.path("shards", file)), digest);
      assert.equal((await home.run("verify", home.path("shards"))).status, 0);
      assert.ok((await home.rows("web-demo/dedup")).length > 100);
      const traced = await home.json(
        "trace",
        "web-demo",
        "--file",
        Object.keys(shards)[0],
        "--token",
        "1000",
      );
      assert.ok(traced.document.url.length > 0);
    } finally {
      home.remove();
    }
  },
);

test(
  "sources and models in S3, on a server that breaks a fifth of all requests, give the same shards",
  { skip },
  async () => {
    const home = remoteHome("faults");
    try {
      proxy.setRules([
        { fault: "503", fraction: 0.08 },
        { fault: "500", fraction: 0.04 },
        { fault: "outage", fraction: 0.03 },
        { fault: "reset", method: "GET", fraction: 0.04 },
        { fault: "short", method: "GET", path: "crawl/", fraction: 0.1 },
      ]);
      const { run, shards } = await digestsOf(home, remoteRecipe());
      const { requests, faults } = proxy.counts;
      assert.ok(faults > 50 && faults > requests / 10, JSON.stringify(proxy.counts));
      assert.deepEqual(shards, reference.shards);
      assert.deepEqual(
        run.steps.map(({ attempts }) => attempts.length),
        run.steps.map(() => 1),
      );
      const { exitCode } = await home.json("pull", "web-demo", "--out", home.path("shards"));
      assert.equal(exitCode, 0);
    } finally {
      proxy.setRules([]);
      home.remove();
    }
  },
);

test(`a store that is gone for ${OUTAGE_SECONDS} s costs no attempt`, { skip }, async () => {
  const home = remoteHome("outage");
  let isOver = false;
  const breakOnce = async ({ steps }) => {
    if (isOver || !steps.some(({ stage, state }) => stage === "dedup" && state === "running"))
      return;
    isOver = true;
    proxy.setRules([{ fault: "outage" }]);
    await sleep(OUTAGE_SECONDS * 1000);
    proxy.setRules([]);
  };
  try {
    const { run, shards } = await digestsOf(home, recipe, breakOnce);
    assert.ok(isOver);
    assert.deepEqual(shards, reference.shards);
    assert.deepEqual(
      run.steps.map(({ attempts }) => attempts.length),
      run.steps.map(() => 1),
    );
  } finally {
    proxy.setRules([]);
    home.remove();
  }
});
